// Datadog's measurements without recording.
import {datadogRum} from "@datadog/browser-rum";

datadogRum.init({
  applicationId: "shop", clientToken: "pub0", site: "datadoghq.eu", service: "shop", sessionSampleRate: 100,
  sessionReplaySampleRate: 0, trackUserInteractions: true,
});
