# syntax=docker/dockerfile:1
# Two images from one file: the portal and the front (nginx).

FROM python:3.12-slim-bookworm AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build
COPY requirements/service.txt .
RUN python -m venv /venv && /venv/bin/pip install --require-hashes -r service.txt

FROM python:3.12-slim-bookworm AS portal
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    STATIC_ROOT=/app/staticfiles SEARCH_INDEX_DIR=/var/lib/akiruno/index
RUN useradd --system --uid 10001 --home-dir /nonexistent akiruno \
    && install -d -o akiruno /var/lib/akiruno/index /var/lib/akiruno/bounces
WORKDIR /app
COPY --from=packages /venv /venv
COPY manage.py ./
COPY akiruno_library akiruno_library
COPY catalog catalog
COPY notifications notifications
COPY patrons patrons
COPY loans loans
COPY reservations reservations
COPY circulation circulation
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

FROM nginx:1.28-bookworm AS front
COPY --from=portal /app/staticfiles /srv/static
COPY akiruno_library/nginx.conf /etc/nginx/nginx.conf
USER 101
EXPOSE 8080
CMD ["nginx", "-g", "daemon off;"]
