package techniques

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/internal/try"
	"github.com/spoor-audit/spoor/detectors/techniques/typing"
	"github.com/spoor-audit/spoor/evidence"
)

// heavy is a visit of a large news page: 10,000 requests to 300 hosts, 20,000
// calls of 200 scripts, and cookies of 100 companies.
func heavy() *evidence.Visit {
	m := try.Visit()
	hosts := []string{"www.google-analytics.com", "connect.facebook.net", "www.shop.test", "static.shop.test"}
	for i := range 296 {
		hosts = append(hosts, fmt.Sprintf("cdn%d.company%d.test", i, i))
	}
	kinds := []string{"image", "script", "xhr", "fetch", "beacon", "document"}
	for i := range 10_000 {
		url := fmt.Sprintf("https://%s/path/%d/file.gif?id=%x&page=https%%3A%%2F%%2Fwww.shop.test%%2F", hosts[i%len(hosts)], i, i*7919)
		m.Request(kinds[i%len(kinds)], url, func(r *evidence.Request) { r.Frame = true; r.Width, r.Height = 1, 1 })
	}
	apis := []string{
		"Navigator.userAgent", "Screen.width", "CanvasRenderingContext2D.fillText(Label; 1; 2)", "CanvasRenderingContext2D.fillStyle=(red)",
		"CanvasRenderingContext2D.font=(12px Arial)", "CanvasRenderingContext2D.getImageData(0; 0; 20; 20)", "EventTarget.addEventListener(click)",
		"HTMLElement.offsetWidth", "Navigator.hardwareConcurrency", "Document.cookie",
	}
	for i := range 20_000 {
		script := fmt.Sprintf("https://%s/script%d.js?v=1", hosts[i%200], i%200)
		m.Call(script, apis[i/200%len(apis)], try.On("canvas", i%200+1, 300, 150))
	}
	for i := range 100 {
		m.Cookie("uid", fmt.Sprintf("company%d.test", i), fmt.Sprintf("8a6e%04d-2bd0-4672-b79d-d97027f9%04d", i, i*7), 365)
	}
	return m.Visit
}

// BenchmarkJudge judges a heavy visit by all techniques.
func BenchmarkJudge(b *testing.B) {
	v, d := heavy(), try.DB(b)
	for b.Loop() {
		Run(v, d, detectors.Options{})
	}
}

// BenchmarkTyped judges a run that typed twenty texts and sent ten thousand requests
// meanwhile.
func BenchmarkTyped(b *testing.B) {
	m := try.Visit().Another(evidence.Forms)
	for i := range 20 {
		m.Typed("email", fmt.Sprintf("bodifakela%04d@example.com", 37*i))
	}
	for i := range 10_000 {
		m.Post(fmt.Sprintf("https://log%d.other.test/g/collect?v=2&cid=%d.17%08d&dl=https%%3A%%2F%%2Fwww.shop.test%%2Fcart%%2F%d&sid=%s", i%20, i*7919, i, i, try.MD5(strconv.Itoa(i))),
			fmt.Sprintf(`{"event":"view","time":%d,"user":{"id":"%s"},"items":[{"sku":"a%d","price":12.5}]}`, 1700000000000+i, try.SHA256(strconv.Itoa(i)), i))
	}
	b.ResetTimer()
	for range b.N {
		detectors.Run([]*detectors.Technique{typing.FormExfiltration, typing.HashedIdentifier, typing.KeyLogging}, m.Visit, nil, detectors.Options{})
	}
}
