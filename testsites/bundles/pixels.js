// A shop's bundle with the pixels of three companies, as their wrappers' manuals say.
import ReactPixel from "react-facebook-pixel";
import ReactGA from "react-ga4";
import TiktokPixel from "tiktok-pixel";

const order = {value: 59.95, currency: "EUR", content_ids: "TEA-12"};

ReactPixel.init("123456789012345", {em: "ann.visser@mail.example"}, {autoConfig: true, debug: false});
ReactPixel.pageView();
ReactPixel.track("Purchase", order);

ReactGA.initialize("G-SHOP12345");
ReactGA.event("purchase", {value: order.value, currency: order.currency});

TiktokPixel.init("CSHOP1234567890");
TiktokPixel.pageView();
TiktokPixel.track("CompletePayment", order);
