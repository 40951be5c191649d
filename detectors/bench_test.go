package detectors

import (
	"fmt"
	"testing"

	"github.com/spoor-audit/spoor/evidence"
)

// heavy is a visit of a large news page: 10,000 requests to 300 hosts, 20,000
// calls of 200 scripts, and cookies of 100 companies.
func heavy() *evidence.Visit {
	m := visit()
	hosts := []string{"www.google-analytics.com", "connect.facebook.net", "www.shop.test", "static.shop.test"}
	for i := range 296 {
		hosts = append(hosts, fmt.Sprintf("cdn%d.company%d.test", i, i))
	}
	kinds := []string{"image", "script", "xhr", "fetch", "beacon", "document"}
	for i := range 10_000 {
		url := fmt.Sprintf("https://%s/path/%d/file.gif?id=%x&page=https%%3A%%2F%%2Fwww.shop.test%%2F", hosts[i%len(hosts)], i, i*7919)
		m.request(kinds[i%len(kinds)], url, func(r *evidence.Request) { r.Frame = true; r.Width, r.Height = 1, 1 })
	}
	apis := []string{
		"Navigator.userAgent", "Screen.width", "CanvasRenderingContext2D.fillText(Label; 1; 2)", "CanvasRenderingContext2D.fillStyle=(red)",
		"CanvasRenderingContext2D.font=(12px Arial)", "CanvasRenderingContext2D.getImageData(0; 0; 20; 20)", "EventTarget.addEventListener(click)",
		"HTMLElement.offsetWidth", "Navigator.hardwareConcurrency", "Document.cookie",
	}
	for i := range 20_000 {
		script := fmt.Sprintf("https://%s/script%d.js?v=1", hosts[i%200], i%200)
		m.call(script, apis[i/200%len(apis)], on("canvas", i%200+1, 300, 150))
	}
	for i := range 100 {
		m.cookie("uid", fmt.Sprintf("company%d.test", i), fmt.Sprintf("8a6e%04d-2bd0-4672-b79d-d97027f9%04d", i, i*7), 365)
	}
	return m.v
}

// BenchmarkJudge judges a heavy visit by all techniques.
func BenchmarkJudge(b *testing.B) {
	v, d := heavy(), db(b)
	for b.Loop() {
		Run(v, d, Options{})
	}
}
