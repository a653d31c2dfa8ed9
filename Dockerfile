# One image for every process: docker run yardmaster door, worker, run, backfill, ...

FROM python:3.11-slim AS build
RUN python -m venv --without-pip /venv
WORKDIR /srv/yardmaster
COPY requirements.lock .
RUN pip --python /venv install --no-cache-dir --require-hashes -r requirements.lock
COPY . .
RUN pip --python /venv install --no-cache-dir --no-deps --no-build-isolation -e . \
    && pip --python /venv uninstall -y setuptools \
    && /venv/bin/python -m compileall -q . \
    && chmod -R a+rX,go-w .

FROM python:3.11-slim
RUN useradd --system --uid 10001 --user-group --create-home --home-dir /var/lib/yardmaster --shell /usr/sbin/nologin \
        yardmaster \
    && chmod 700 /var/lib/yardmaster
COPY --from=build /venv /venv
COPY --from=build /srv/yardmaster /srv/yardmaster
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    YARDMASTER_HOME=/var/lib/yardmaster \
    YARDMASTER_HOST=0.0.0.0 \
    YARDMASTER_PORT=8801
USER yardmaster
WORKDIR /var/lib/yardmaster
VOLUME /var/lib/yardmaster
EXPOSE 8801
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.build_opener(u.ProxyHandler({})).open(f'http://127.0.0.1:{os.environ[\"YARDMASTER_PORT\"]}/health/live', timeout=4)"]
ENTRYPOINT ["yardmaster"]
CMD ["run"]
