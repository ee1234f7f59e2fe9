# syntax=docker/dockerfile:1

# A tag moves, a digest does not. To pin it: docker buildx imagetools inspect python:3.13-slim, then write here
# python:3.13-slim@sha256:<the digest it prints>. Renew it monthly, and at once when Python or Debian mends something.
FROM python:3.13-slim AS python

FROM python AS build
WORKDIR /src
COPY requirements.lock requirements-build.lock ./
RUN python -m venv /opt/build \
 && /opt/build/bin/pip install --no-cache-dir --require-hashes -r requirements-build.lock \
 && python -m venv /opt/leadbell \
 && /opt/leadbell/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY bot ./bot
RUN /opt/build/bin/pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /wheels . \
 && /opt/leadbell/bin/pip install --no-cache-dir --no-deps --no-index /wheels/*.whl

FROM python
# The charts' letters: Devanagari, Gujarati, Tamil and Telugu beside Latin ones.
RUN apt-get update \
 && apt-get install -y --no-install-recommends 'fonts-noto-core=20201225-*' \
 && rm -rf /var/lib/apt/lists/*
RUN groupadd --system --gid 10001 leadbell \
 && useradd --system --uid 10001 --gid leadbell --home-dir /data leadbell \
 && install -d -o leadbell -g leadbell /data
COPY --from=build /opt/leadbell /opt/leadbell
ENV PATH=/opt/leadbell/bin:$PATH \
    MPLCONFIGDIR=/opt/leadbell/matplotlib \
    PYTHONUNBUFFERED=1 \
    DATABASE_URL=sqlite:////data/leadbell.db \
    HTTP_LISTEN=0.0.0.0:8080
# The list of fonts is made once, here: whoever runs it may not write there.
RUN python -c "import matplotlib.font_manager"
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["python", "-c", "import http.client; c = http.client.HTTPConnection('127.0.0.1', 8080, timeout=4); c.request('GET', '/healthz'); exit(c.getresponse().status != 200)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["leadbell"]
CMD ["run"]
