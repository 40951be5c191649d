# spoor with Debian's Chromium, as a user without rights.
#
#   docker build -t spoor .
#   docker run --rm --user "$(id -u)" --security-opt seccomp=unconfined -v "$PWD:/work" spoor audit https://shop.example -o report.html
#
# The user is yours, so that the report can be written where you are. The browser's
# sandbox makes namespaces of its own, which the default seccomp profile of Docker
# forbids: with seccomp=unconfined, or a profile that allows clone and unshare with
# CLONE_NEWUSER, it works as outside. Without either, spoor runs the browser without
# its sandbox and says so in every report.
FROM golang:1.26-bookworm AS build
# The name of the version, which git would tell: --build-arg VERSION=1.0.0
ARG VERSION=
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
# The lists of third parties come through npm and apt; without them spoor knows
# fewer companies, and says so.
RUN apt-get update && apt-get install -y --no-install-recommends npm && make build CGO_ENABLED=0 VERSION="$VERSION"

FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates chromium fonts-dejavu-core fonts-noto-core \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home --uid 10001 spoor \
 && mkdir /work && chown spoor /work
COPY --from=build /src/bin/spoor /usr/local/bin/spoor
COPY --from=build /src/LICENSE /src/THIRD_PARTY_NOTICES /usr/share/doc/spoor/
# Whoever runs it has somewhere to keep a browser's profile.
ENV HOME=/tmp
USER spoor
WORKDIR /work
ENTRYPOINT ["spoor"]
CMD ["--help"]
