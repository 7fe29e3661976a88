"""`postern fields`: what an organization wants to know of its tickets and customers besides what a mail has."""

import json
from typing import Annotated, Any

import typer

from gateway.cli import fielding, find, printing
from gateway.cli.fielding import Asked, Shown
from gateway.cli.options import AsJson, InOrg, OfOrg, keys, noun

app = noun(
    "Custom fields. A required one of a ticket is asked for by the letter that acknowledges a mail, and answered by a"
    " line of any mail, as in 'Order number: A-17'; rules may ask for it as field:KEY."
)
COLUMNS = ("key", "label", "of", "type", "required", "options", "rules", "is_active", "shown")
Key = Annotated[str, typer.Argument(metavar="KEY", help="Small letters, digits and _, as in order_number.")]
Of = Annotated[str, typer.Option("--of", metavar="WHOM", help="ticket or customer.")]
Kind = Annotated[
    str,
    typer.Option(
        "--type",
        help="text, textarea, number, boolean, date, select, multiselect, dropdown_dynamic_event (one of the events) or"
        " file.",
    ),
]
Required = Annotated[bool, typer.Option("--required", help="It is asked for.")]
Options = Annotated[
    list[str] | None, typer.Option("--option", metavar="VALUE[=LABEL]", help="What may be chosen; repeatable.")
]
Pattern = Annotated[str | None, typer.Option(metavar="REGEX", help="Of the whole text, as in [A-Z]-[0-9]+.")]
Length = Annotated[int | None, typer.Option(metavar="N", min=0, help="Of a text.")]
Whole = Annotated[bool, typer.Option("--integer", help="A whole number.")]
Date = Annotated[str | None, typer.Option(metavar="DATE", help="Of a date, as 2026-11-30.")]
Items = Annotated[int | None, typer.Option(metavar="N", min=0, help="Of a multiselect.")]
Default = Annotated[str | None, typer.Option(metavar="VALUE", help="Where a form leaves it out.")]
Description = Annotated[str | None, typer.Option(metavar="TEXT", help="For people.")]
Placeholder = Annotated[str | None, typer.Option(metavar="TEXT", help="For forms.")]
Types = Annotated[
    list[str] | None, typer.Option("--for-type", metavar="NAME", help="Only on tickets of this type; repeatable.")
]
Audiences = Annotated[
    list[str] | None, typer.Option("--audience", metavar="WORD", help="Only to these customers; repeatable.")
]
StaffOnly = Annotated[bool, typer.Option("--staff-only", help="Customers do not see it.")]
When = Annotated[
    list[str] | None, typer.Option(metavar="KEY=VALUE", help="Only where another field has this value; repeatable.")
]
Active = Annotated[bool, typer.Option("--active/--inactive", help="Whether it is in use.")]
Order = Annotated[int, typer.Option("--order", metavar="N", help="Lower ones come first.")]


@app.command("list", epilog=keys(fielding.LIST))
def listing(org: InOrg = None, as_json: AsJson = False) -> None:
    """List custom fields in the order in which they are asked for."""
    found = fielding.listed(org)
    if as_json:
        printing.document(found)
    else:
        shown = [_told(row) for row in found]
        printing.table(shown, printing.across(shown, COLUMNS), none="no field yet; see `postern fields add --help`")


@app.command("add", epilog=keys(fielding.LIST))
def add(  # noqa: PLR0913, PLR0917  each is an option
    key: Key,
    label: Annotated[str, typer.Argument(metavar="LABEL", help="By which customers are asked for it.")],
    org: OfOrg = None,
    of: Of = "ticket",
    kind: Kind = "text",
    required: Required = False,
    option: Options = None,
    pattern: Pattern = None,
    min_length: Length = None,
    max_length: Length = None,
    least: Annotated[float | None, typer.Option("--min", metavar="N", help="Of a number.")] = None,
    most: Annotated[float | None, typer.Option("--max", metavar="N", help="Of a number.")] = None,
    integer: Whole = False,
    earliest: Date = None,
    latest: Date = None,
    min_items: Items = None,
    max_items: Items = None,
    default: Default = None,
    description: Description = None,
    placeholder: Placeholder = None,
    for_type: Types = None,
    audience: Audiences = None,
    staff_only: StaffOnly = False,
    when: When = None,
    active: Active = True,
    order: Order = 0,
    as_json: AsJson = False,
) -> None:
    """Add a custom field, or write the one of that key anew; in force with the next mail."""
    first, last = least if earliest is None else earliest, most if latest is None else latest
    rules = {
        "pattern": pattern, "min_length": min_length, "max_length": max_length, "min_items": min_items,
        "max_items": max_items, "min": first, "max": last, "integer": integer or None,
    }  # fmt: skip
    shown = Shown(for_type or [], audience or [], staff_only, when or [])
    told = (default, description, placeholder, active, order, shown)
    owner = find.one_organization(org)
    fielding.write(owner, key, label, Asked(of, kind, required, option or [], rules, *told))
    _report(fielding.one(owner, key, of), as_json=as_json)


@app.command("remove", epilog=keys(fielding.LIST))
def remove(key: Key, org: OfOrg = None, of: Of = "ticket", as_json: AsJson = False) -> None:
    """Remove a custom field; the values that tickets or customers have stay with them."""
    _report(fielding.removed(find.one_organization(org), key, of), as_json=as_json)


def _report(found: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        printing.document(found)
    else:
        printing.page(_told(found), fielding.LIST)


def _told(row: dict[str, Any]) -> dict[str, Any]:
    """The same for people."""
    return row | {
        "options": [one["value"] for one in row["options"]],
        "rules": [f"{name} {value}" for name, value in row["rules"].items()],
        "shown": list(map(_where, row["shown"])),
    }


def _where(rule: dict[str, Any]) -> str:
    said = [] if rule["customers"] else ["staff only"]
    said += [f"type {rule['type']}"] if rule["type"] else []
    said += [f"for {' or '.join(rule['audiences'])}"] if rule["audiences"] else []
    said += [f"where {json.dumps(rule['when'])}"] if rule["when"] else []
    return " ".join(said) or "everywhere"
