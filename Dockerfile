ARG BASE=python:3.11-slim-bookworm

# --- build: the packages, the translations and the static files ------------------------------
FROM ${BASE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
RUN python3 -m venv /opt/venv
WORKDIR /app
COPY requirements.txt requirements-dev.txt ./
RUN /opt/venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt
# The compiler of translations is a development requirement: it stays in this stage.
RUN sed -n '/^babel==/,/[^\\]$/p' requirements-dev.txt >/tmp/babel.txt \
    && python3 -m venv /opt/tools \
    && /opt/tools/bin/pip install --no-cache-dir --require-hashes -r /tmp/babel.txt
COPY . .
RUN if [ -d locale ]; then /opt/tools/bin/pybabel compile --domain django --directory locale; fi
# Settings want every variable of production; nothing of these reaches the image.
RUN env DIG1_ENV=production STATIC_ROOT=/app/staticfiles \
        SECRET_KEY=only-for-collecting-the-static-files-of-an-image \
        CONTEXT_KEY=only-for-collecting-the-static-files-of-an-image \
        CERTIFICATE_KEY=only-for-collecting-the-static-files-of-an-image \
        BLOB_DIR=/nonexistent \
        DATABASE_URL=postgresql://dig1_web@database.invalid/dig1 \
        STAFF_DATABASE_URL=postgresql://dig1_staff@database.invalid/dig1 \
        ALLOWED_HOSTS=dig1.invalid SITE_URL=https://dig1.invalid \
        EMAIL_URL=submission://mail.invalid:587 DEFAULT_FROM_EMAIL=dig1@dig1.invalid \
        /opt/venv/bin/python manage.py collectstatic --no-input --verbosity 0

# --- the image -------------------------------------------------------------------------------
FROM ${BASE}
LABEL org.opencontainers.image.title="Dig1 GDPR Online Assessment" \
      org.opencontainers.image.description="GDPR assessments for Finnish companies" \
      org.opencontainers.image.vendor="Dig1"
RUN groupadd --gid 10001 dig1 \
    && useradd --uid 10001 --gid dig1 --no-create-home --home-dir /nonexistent dig1
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DIG1_ENV=production \
    STATIC_ROOT=/app/staticfiles \
    HOST=0.0.0.0 \
    PORT=8000
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
USER dig1
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=6s --start-period=20s \
    CMD ["python", "infra/healthcheck.py"]
# Workers' heartbeats are kept in memory, where a slow disk never stalls them.
CMD ["gunicorn", "--config", "python:dig1.gunicorn", "--worker-tmp-dir", "/dev/shm", "dig1.wsgi"]
