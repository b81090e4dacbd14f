# syntax=docker/dockerfile:1
# One server on its embedded storage: docs/operations.md says how it is run, upgraded and backed up.

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.base.json tsconfig.json ./
COPY scripts/build-web.ts scripts/
COPY src src
RUN npm run build
# What is left is what runs: the server, the built website, and the Node of the lock file.
RUN npm prune --omit=dev \
 && rm -rf node_modules/.cache node_modules/node-*/include node_modules/node-*/share src/web src/worker

# Nothing is installed into it: Node wants the C and C++ libraries only, which every Debian has.
FROM debian:bookworm-slim
LABEL org.opencontainers.image.title="ccr" \
      org.opencontainers.image.description="The real-time repository of television captions, with its website." \
      org.opencontainers.image.licenses="MIT"
# The only folder that is written to, owned by the only user there is; a new volume takes both over.
RUN install -d -o 10001 -g 10001 -m 0750 /data \
 && ln -s /app/bin/ccr /usr/local/bin/ccr
WORKDIR /app
COPY package.json LICENSE ./
COPY bin bin
COPY samples samples
COPY deploy/container/health.ts deploy/container/
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist/web dist/web
COPY --from=build /app/src src
RUN ln -s /app/node_modules/node-*/bin/node /usr/local/bin/node
ENV CCR_DATA=/data/archive \
    CCR_HOST=0.0.0.0 \
    CCR_PORT=8080
USER 10001:10001
VOLUME ["/data"]
EXPOSE 8080
# Feeds and viewers get CCR_DRAIN_SECONDS to leave: give it more than twice as long before it is killed.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "/app/deploy/container/health.ts"]
ENTRYPOINT ["ccr"]
CMD ["serve"]
