"""Which servers hold a mailbox, found from its address alone.

values: what there is to find; known, autoconfig, srv, exchange: what a source says, read from its answer without asking
anybody; web: the answers that come by https; search: the sources in order, the first opinion wins.
"""
