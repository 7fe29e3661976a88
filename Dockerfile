# The image of every process of Postern's own; compose.yml says which runs what. PostgreSQL and Redis are images of their own.
FROM python:3.12-slim AS build
WORKDIR /src
COPY .ci/lock_part.py .ci/
COPY requirements.lock pyproject.toml README.md LICENSE ./
# All of it is checked against the lock, the tools that build wheels too. flanker is pure Python, but comes as source.
RUN python -m venv /opt/tools \
 && python .ci/lock_part.py build hatchling setuptools > tools.lock \
 && /opt/tools/bin/python -m pip install --no-deps --require-hashes --only-binary :all: -r tools.lock
RUN python .ci/lock_part.py > program.lock \
 && /opt/tools/bin/python -m pip wheel --no-deps --require-hashes --only-binary :all: --no-binary flanker \
    --no-build-isolation --wheel-dir /wheels -r program.lock
COPY gateway gateway
COPY workers workers
COPY models models
COPY migrations migrations
COPY templates templates
RUN /opt/tools/bin/python -m build --wheel --no-isolation --outdir /wheels \
 && python -m venv --without-pip /opt/postern \
 && /opt/tools/bin/python -m pip --python /opt/postern/bin/python install --no-deps --no-index /wheels/*.whl

FROM python:3.12-slim
COPY --from=build /opt/postern /opt/postern
RUN groupadd --system --gid 10001 postern \
 && useradd --system --uid 10001 --gid postern --home-dir /var/lib/postern --shell /usr/sbin/nologin postern \
 && install -d -o postern -g postern -m 700 /var/lib/postern /var/lib/postern/keys
ENV PATH=/opt/postern/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 POSTERN_DATA=/var/lib/postern
WORKDIR /var/lib/postern
USER 10001:10001
EXPOSE 2525 2424 8025
ENTRYPOINT ["postern"]
CMD ["--help"]
