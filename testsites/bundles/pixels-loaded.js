// The same pixels, which start when the visitor asks for it.
import ReactPixel from "react-facebook-pixel";
import ReactGA from "react-ga4";
import TiktokPixel from "tiktok-pixel";

document.getElementById("agree").addEventListener("click", () => {
  ReactPixel.init("123456789012345");
  ReactPixel.pageView();
  ReactGA.initialize("G-SHOP12345");
  TiktokPixel.init("CSHOP1234567890");
  TiktokPixel.pageView();
});
