// Datadog's measurements with recording of every visit.
import {datadogRum} from "@datadog/browser-rum";

datadogRum.init({
  applicationId: "shop", clientToken: "pub0", site: "datadoghq.eu", service: "shop", sessionSampleRate: 100,
  sessionReplaySampleRate: 100, trackUserInteractions: true, defaultPrivacyLevel: "mask-user-input",
});
