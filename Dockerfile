# syntax=docker/dockerfile:1

FROM python:3.13-slim AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY bot ./bot
RUN python -m venv /opt/leadbell \
 && /opt/leadbell/bin/pip install --no-cache-dir .

FROM python:3.13-slim
RUN groupadd --system --gid 10001 leadbell \
 && useradd --system --uid 10001 --gid leadbell --home-dir /data leadbell \
 && install -d -o leadbell -g leadbell /data
COPY --from=build /opt/leadbell /opt/leadbell
ENV PATH=/opt/leadbell/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DATABASE_URL=sqlite:////data/leadbell.db \
    HTTP_LISTEN=0.0.0.0:8080
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["leadbell"]
CMD ["run"]
