// Sentry for errors and speed, with the crumbs that led to an error.
import * as Sentry from "@sentry/browser";

Sentry.init({
  dsn: "https://0123456789abcdef0123456789abcdef@o1.ingest.sentry.io/1",
  integrations: [Sentry.browserTracingIntegration()], tracesSampleRate: 1.0,
});
setTimeout(() => { throw new Error("a mistake of the shop") }, 500);
