# syntax=docker/dockerfile:1
# Three images from one file: the portal, the front (nginx), and the portal with PostgreSQL's own
# programs, which makes backups. What they are made of can be pinned (docs/operation.md).
ARG PYTHON_IMAGE=python:3.12-slim-bookworm
ARG NGINX_IMAGE=nginx:1.28-bookworm
ARG POSTGRES_IMAGE=postgres:18-bookworm

FROM ${PYTHON_IMAGE} AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build
COPY requirements/service.txt .
RUN python -m venv /venv && /venv/bin/pip install --require-hashes -r service.txt

FROM ${PYTHON_IMAGE} AS portal
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    STATIC_ROOT=/app/staticfiles SEARCH_INDEX_DIR=/var/lib/akiruno/index
RUN useradd --system --uid 10001 --home-dir /nonexistent akiruno \
    && install -d -o akiruno /var/lib/akiruno/index /var/lib/akiruno/bounces \
        /var/lib/akiruno/backups
WORKDIR /app
COPY --from=packages /venv /venv
COPY manage.py pyproject.toml ./
COPY akiruno_library akiruno_library
COPY catalog catalog
COPY notifications notifications
COPY patrons patrons
COPY loans loans
COPY reservations reservations
COPY circulation circulation
COPY operation operation
COPY japanese japanese
COPY templates templates
COPY static static
# Values that only this step needs: nothing of them stays in the image.
RUN SECRET_KEY=only-for-gathering-static-files-never-used-to-sign-anything \
    SITE_URL=http://localhost DATABASE_URL=postgres://localhost/none \
    REDIS_URL=redis://localhost EMAIL_URL=smtp://localhost \
    python manage.py collectstatic --noinput
USER 10001
EXPOSE 8000
CMD ["gunicorn", "-c", "python:akiruno_library.serving", "akiruno_library.wsgi"]

# pg_dump and pg_restore as old as the server, with the libraries they need but for libc's own.
FROM ${POSTGRES_IMAGE} AS postgres
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
RUN mkdir -p /client/bin /client/lib \
    && cp "/usr/lib/postgresql/$PG_MAJOR/bin/pg_dump" \
        "/usr/lib/postgresql/$PG_MAJOR/bin/pg_restore" /client/bin/ \
    && ldd /client/bin/* | awk '$2 == "=>" && $3 !~ /\/lib(c|m|dl|rt|pthread|resolv)\.so/ {print $3}' \
        | sort -u | xargs cp -L -t /client/lib

FROM portal AS backups
USER 0
COPY --from=postgres /client/bin /usr/local/bin/
COPY --from=postgres /client/lib /usr/local/lib/postgresql/
RUN echo /usr/local/lib/postgresql > /etc/ld.so.conf.d/zz-postgresql.conf \
    && ldconfig && pg_dump --version && pg_restore --version
USER 10001
CMD ["python", "manage.py", "backup"]

FROM ${NGINX_IMAGE} AS front
COPY --from=portal /app/staticfiles /srv/static
COPY akiruno_library/nginx.conf /etc/nginx/nginx.conf
COPY akiruno_library/front.sh /front.sh
USER 101
EXPOSE 8080
CMD ["sh", "/front.sh"]
