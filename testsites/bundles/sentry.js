// Sentry with replays of all visits.
import * as Sentry from "@sentry/browser";

Sentry.init({
  dsn: "https://0123456789abcdef0123456789abcdef@o1.ingest.sentry.io/1",
  integrations: [Sentry.replayIntegration()], replaysSessionSampleRate: 1.0, replaysOnErrorSampleRate: 1.0,
});
