# syntax=docker/dockerfile:1
# Two stages: the first builds wheels by hash, the second holds nothing but Python, the wheels and a user.

FROM python:3.13-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
COPY requirements.lock ./
RUN python -m venv /opt/retriage \
 && /opt/retriage/bin/pip install --require-hashes --requirement requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot ./bot
# The build backend is in the lock, so nothing is fetched without a hash. Not editable: /src is left behind.
RUN /opt/retriage/bin/pip install --no-deps --no-build-isolation . \
 && /opt/retriage/bin/pip uninstall --yes hatchling editables pip \
 && /opt/retriage/bin/python -m compileall -q /opt/retriage/lib

FROM python:3.13-slim-bookworm
LABEL org.opencontainers.image.title="retriage" \
      org.opencontainers.image.description="Triages failed CI runs: one true status table on the pull request" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --gid 10001 retriage \
 && useradd --uid 10001 --gid retriage --no-create-home --home-dir /data --shell /usr/sbin/nologin retriage \
 && install --directory --owner=retriage --group=retriage --mode=0700 /data
COPY --from=build /opt/retriage /opt/retriage
# /data is the only place that is written to: `docker run --read-only --volume retriage:/data …` works. With
# DATABASE_URL=postgresql://… nothing there has to be kept.
ENV PATH=/opt/retriage/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    HOST=0.0.0.0 PORT=3000 RETRIAGE_DATA=/data
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ.get('PORT', '3000')}/livez\", timeout=4)"]
ENTRYPOINT ["retriage"]
CMD ["serve"]
