package pixels

import (
	"testing"

	"github.com/spoor-audit/spoor/detectors/internal/try"
)

// FuzzReports takes what pages send apart as reports of pixels.
func FuzzReports(f *testing.F) {
	f.Add("https://www.facebook.com/tr?ev=x&cd[value]=1", "ud[em]=x")
	f.Add("https://www.google-analytics.com/g/collect?v=2&tid=G-1&cid=1", "en=a\nen=b")
	f.Add("https://analytics.tiktok.com/api/v2/pixel", `{"event":"x","context":{"user":{"email":"y"}}}`)
	f.Add("https://t.co/i/adsct?events=%5B%5B%22a%22%5D%5D", "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--b--")
	f.Fuzz(func(t *testing.T, url, body string) {
		for _, x := range try.Visit().Request("fetch", url, try.Posts(body)).Judge(t, AdPixelEvent) {
			if x.Args["event"] == "" || len(x.Args["event"]) > 60 || len(x.Key) > 400+len(x.Host) {
				t.Errorf("finding %+v", x)
			}
		}
	})
}
