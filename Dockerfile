# syntax=docker/dockerfile:1
FROM node:24-slim AS assets
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY static/src static/src
RUN npm run build

# Debian 13 has the client programs of PostgreSQL 17, as docker-compose.yml runs it: backup and restore call them.
FROM python:3.11-slim-trixie
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client && rm -rf /var/lib/apt/lists/*
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DEBUG=0 VAR_DIR=/app/var
WORKDIR /app
COPY requirements/app.txt requirements/app.txt
RUN pip install --no-cache-dir --require-hashes -r requirements/app.txt
COPY . .
COPY --from=assets /app/static/dist static/dist
# The build keeps no key: these values live for this one command, which reads none of them.
RUN python -m babel.messages.frontend compile -d locale -D django \
    && SECRET_KEY=build PII_KEYS=build PII_INDEX_KEY=build ALLOWED_HOSTS=build BASE_URL=https://build \
       DATABASE_URL=sqlite://:memory: BROKER_URL=memory:// EMAIL_URL=file:///tmp \
       python manage.py collectstatic --noinput
RUN useradd --system --uid 10001 kol && mkdir -p var/media var/beat var/state && chown -R kol var/media var/beat var/state
USER kol
EXPOSE 8000
CMD ["python", "-m", "gunicorn", "--bind", "0.0.0.0:8000"]
