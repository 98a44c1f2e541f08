# The image of web, reconciler, tasks and migrate: the command says which.
FROM golang:1.26 AS engine
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY queue queue
COPY go-worker go-worker
RUN CGO_ENABLED=0 go build -buildvcs=false -trimpath -ldflags="-s -w" -o /out/ ./go-worker/cmd/harmonize

FROM python:3.11-slim AS build
WORKDIR /app
COPY pyproject.toml requirements.txt README.md ./
COPY queue/contract/version.txt queue/contract/
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir -r requirements.txt

FROM python:3.11-slim
RUN groupadd --gid 10001 harmonizer \
 && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin harmonizer \
 && install -d -o harmonizer -g harmonizer /store /state
COPY --from=build /venv /venv
WORKDIR /app
COPY app.py gunicorn.conf.py pyproject.toml ./
COPY harmonizer harmonizer
COPY migrations migrations
COPY queue queue
COPY scripts scripts
COPY web web
# with which the tasks make exports
COPY --from=engine /out/harmonize go-worker/harmonize
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HARMONIZER_HOME=/state \
    HARMONIZER_STORE_URL=file:///store \
    HARMONIZER_HOST=0.0.0.0
USER 10001:10001
EXPOSE 8080
CMD ["gunicorn", "--config", "gunicorn.conf.py", "app:app"]
