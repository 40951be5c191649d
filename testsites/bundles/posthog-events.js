// PostHog for statistics alone.
import posthog from "posthog-js/dist/module.no-external";

posthog.init("phc_shop", {api_host: "https://us.i.posthog.com", disable_session_recording: true});
