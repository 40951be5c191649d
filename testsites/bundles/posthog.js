// PostHog with recording, which its settings on the server switch on.
import posthog from "posthog-js/dist/module.full.no-external";

posthog.init("phc_shop", {api_host: "https://us.i.posthog.com", person_profiles: "always"});
