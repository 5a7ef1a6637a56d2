# syntax=docker/dockerfile:1
# One image for web, worker, beat and migrations; compose.yaml says who does what.

FROM python:3.12-slim AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements.txt .
RUN python -m venv /venv && /venv/bin/pip install --require-hashes --only-binary :all: -r requirements.txt

FROM python:3.12-slim
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin unfragile \
    && install -d -o unfragile -g unfragile /var/lib/unfragile
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    UNFRAGILE_ENV=production \
    VAR_DIR=/var/lib/unfragile \
    STATIC_ROOT=/app/static
WORKDIR /app
COPY --from=packages /venv /venv
COPY . .
# Static files belong to the image. The key is needed for loading the settings and goes nowhere.
RUN UNFRAGILE_ENV=local VAR_DIR=/tmp/build SECRET_KEY=only-while-building python manage.py collectstatic --noinput \
    && python -m compileall -q /app \
    && rm -rf /tmp/build
USER unfragile
VOLUME /var/lib/unfragile
EXPOSE 8000
CMD ["gunicorn", "unfragile_site.wsgi", "--config", "python:unfragile_site.server", "--bind", "0.0.0.0:8000"]
