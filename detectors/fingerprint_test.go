package detectors

import (
	"fmt"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/evidence"
)

func precisions(n int) []string {
	var list []string
	for i := range n {
		list = append(list, gl+"getShaderPrecisionFormat("+itoa(35632+i/6)+"; "+itoa(36336+i%6)+")")
	}
	return list
}

func TestWebGL(t *testing.T) {
	hidden, page := size(1, 300, 150), onPage(1, 800, 600)
	model := []string{gl + "getParameter(37445)", gl + "getParameter(37446)"}
	names := []string{gl + "getParameter(7936)", gl + "getParameter(7937)", gl + "getParameter(7938)"}
	picture := []string{gl + "drawArrays(1; 0; 274)", gl + "readPixels(0; 0; 200; 100)"}
	scene := gl + "shaderSource([object]; #version 300 es\u20268200)"
	found := want{otherJS + " high"}
	drawing := func(n int) *maker {
		return visit().call(shopJS, gl+"drawElements(4; 12; 5123; 0)", append(page, times(n))...)
	}
	tryAll(t, fingerprintWebGL, []trial{
		{"model and many parameters", visit().calls(otherJS, hidden, model...).calls(otherJS, hidden, parameters(12)...), found},
		{"model, formats and extensions", visit().calls(otherJS, hidden, model...).calls(otherJS, hidden, precisions(12)...).
			calls(otherJS, hidden, gl+"getSupportedExtensions"), found},
		{"WebGL 2", visit().calls(otherJS, hidden, "WebGL2RenderingContext.getParameter(37446)").
			calls(otherJS, hidden, strings.Fields(strings.ReplaceAll(strings.Join(parameters(30), " "), "WebGL", "WebGL2"))...), found},
		{"model and test picture", visit().calls(otherJS, hidden, model[0]).calls(otherJS, hidden, picture...), found},
		{"names and test picture", visit().calls(otherJS, hidden, names...).calls(otherJS, hidden, picture...), found},
		{"test picture read as a data URL", visit().calls(otherJS, hidden, names...).calls(otherJS, hidden, picture[0], el+"toDataURL"), found},
		{"putting it on the page does not hide it", visit().calls(otherJS, page, model...).calls(otherJS, page, parameters(30)...).
			calls(otherJS, page, precisions(12)...).calls(otherJS, page, gl+"getSupportedExtensions"), found},
		{"a game on the page does not hide it", drawing(900).calls(shopJS, size(2, 300, 150), model...).
			calls(shopJS, size(2, 300, 150), parameters(30)...), want{shopJS + " high"}},
		{"make and model", visit().calls(otherJS, hidden, model...), want{otherJS + " low"}},
		{"in a worker", visit().calls(otherJS, []with{on("offscreen-canvas", 1, 300, 150), in("t9")}, model...).
			calls(otherJS, []with{on("offscreen-canvas", 1, 300, 150), in("t9")}, parameters(30)...), found},

		{"model alone, as for the quality of a game", visit().calls(shopJS, hidden, model[1]), nil},
		{"make and model on the page, as a game", drawing(900).calls(shopJS, page, model...), nil},
		{"3D library", visit().calls(shopJS, page, parameters(13)...).calls(shopJS, page, precisions(4)...).
			calls(shopJS, page, scene).call(shopJS, gl+"drawElements(4; 12; 5123; 0)", append(page, times(500))...), nil},
		{"3D library that asks for the model", drawing(500).calls(shopJS, page, model...).calls(shopJS, page, parameters(22)...), nil},
		{"picture of a 3D scene", visit().calls(shopJS, hidden, parameters(13)...).calls(shopJS, hidden, scene).
			calls(shopJS, hidden, gl+"drawElements(4; 12; 5123; 0)", el+"toDataURL"), nil},
		{"is WebGL there?", visit().calls(shopJS, hidden, el+"getContext(webgl)", gl+"getSupportedExtensions", gl+"getParameter(3379)"), nil},
		{"one pixel under the pointer", drawing(900).calls(shopJS, page, gl+"readPixels(10; 10; 1; 1)"), nil},
		{"filter for photos", visit().calls(shopJS, hidden, gl+"drawArrays(4; 0; 6)", el+"toBlob([function]; image/jpeg)"), nil},
	})
}

func TestAudio(t *testing.T) {
	test := []string{
		"new OfflineAudioContext(1; 5000; 44100)", "BaseAudioContext.createOscillator", "BaseAudioContext.createDynamicsCompressor",
		"OfflineAudioContext.startRendering", "AudioBuffer.getChannelData(0)",
	}
	found := want{otherJS + " high"}
	tryAll(t, fingerprintAudio, []trial{
		{"offline", visit().calls(otherJS, nil, test...), found},
		{"copyFromChannel, nodes by constructor", visit().calls(otherJS, nil, "new OfflineAudioContext([object])", "new OscillatorNode",
			"new DynamicsCompressorNode", test[3], "AudioBuffer.copyFromChannel([object]; 0)"), found},
		{"analyser of a tone", visit().calls(otherJS, nil, "new AudioContext", test[1], "BaseAudioContext.createAnalyser",
			"BaseAudioContext.createScriptProcessor(4096; 1; 1)", "AnalyserNode.getFloatFrequencyData"), found},
		{"in two files of one host", visit().calls("https://cdn.other.test/a.js", nil, test[:4]...).calls(otherJS, nil, test[4]), found},

		{"wave form of a file", visit().calls(shopJS, nil, "new OfflineAudioContext(1; 1; 8000)", "BaseAudioContext.decodeAudioData([object])", test[4]), nil},
		{"music computed ahead", visit().calls(shopJS, nil, "new OfflineAudioContext(2; 2646000; 44100)", test[1], test[3], test[4]), nil},
		{"tone computed and played, not read", visit().calls(shopJS, nil, test[:4]...), nil},
		{"instrument that the visitor plays", visit().calls(shopJS, []with{gesture()}, test...), nil},
		{"pictures of music", visit().calls(shopJS, nil, "new AudioContext", "BaseAudioContext.createAnalyser",
			"BaseAudioContext.createMediaElementSource", "AnalyserNode.getByteFrequencyData"), nil},
		{"a player beside an instrument", visit().calls("https://www.shop.test/synth.js", nil, test[:4]...).
			calls(shopJS, nil, "BaseAudioContext.decodeAudioData", test[4]), nil},
	})
}

func TestFonts(t *testing.T) {
	tried := func(n int, add func(m *maker, family string)) *maker {
		m := visit()
		for i := range n {
			add(m, "Font "+itoa(i))
		}
		return m
	}
	found := want{otherJS + " high"}
	measure := func(m *maker, f string) {
		m.call(otherJS, ctx+"measureText(mmMwWLliI0O&1)", on("canvas", 1, 300, 150), text("72px \""+f+"\", monospace"))
	}
	width := func(m *maker, f string) { m.call(otherJS, "HTMLElement.offsetWidth", font("'"+f+"', serif")) }
	tryAll(t, fingerprintFonts, []trial{
		{"text in a canvas", tried(50, measure), found},
		{"text in a canvas, the font as set", tried(50, func(m *maker, f string) { m.call(otherJS, ctx+"font=(72px "+f+")") }).
			call(otherJS, ctx+"measureText(mmm)", times(50)), found},
		{"width of elements", tried(20, width).call(otherJS, "HTMLElement.offsetWidth", font("monospace")), found},
		{"boxes of elements", tried(50, func(m *maker, f string) { m.call(otherJS, "Element.getBoundingClientRect", font(f)) }), found},
		{"questions", tried(30, func(m *maker, f string) { m.call(otherJS, "FontFaceSet.check(12px \""+f+"\")") }), found},
		{"local fonts loaded", tried(30, func(m *maker, f string) { m.call(otherJS, "new FontFace("+f+"; local(\""+f+"\"))") }), found},
		{"half and half", func() *maker {
			m := tried(10, measure)
			for i := range 10 {
				width(m, "Other "+itoa(i))
			}
			return m.call(otherJS, "HTMLElement.offsetHeight", font("serif"))
		}(), found},

		{"samples in a font menu", tried(49, width), nil},
		{"fonts of the page", tried(8, width), nil},
		{"web fonts loaded", tried(40, func(m *maker, f string) { m.call(shopJS, "new FontFace("+f+"; url(/f.woff2))") }), nil},
		{"one font, many texts", tried(60, func(m *maker, f string) { m.call(shopJS, ctx+"measureText("+f+")", text("12px Arial")) }), nil},
		{"font menu after a click", tried(60, func(m *maker, f string) { m.call(shopJS, "HTMLElement.offsetWidth", font(f), gesture()) }), nil},
	})
}

func TestNavigatorAndScreen(t *testing.T) {
	device := []string{
		"Navigator.userAgent", "Navigator.platform", "Navigator.languages", "Navigator.hardwareConcurrency",
		"Navigator.deviceMemory", "Navigator.plugins", "Navigator.maxTouchPoints",
	}
	screen := []string{"Screen.width", "Screen.height", "Screen.availWidth", "Screen.availHeight", "Screen.colorDepth", "Screen.pixelDepth", "self.devicePixelRatio"}
	media := func(features ...string) []string {
		var list []string
		for _, f := range features {
			list = append(list, "self.matchMedia(("+f+": x))")
		}
		return list
	}
	tryAll(t, fingerprintNavigator, []trial{
		{"collects", visit().calls(otherJS, nil, device...), want{otherJS + " medium"}},
		{"in a worker", visit().calls(otherJS, nil, "WorkerNavigator.platform", "WorkerNavigator.languages", "WorkerNavigator.hardwareConcurrency",
			"WorkerNavigator.deviceMemory", "NavigatorUAData.getHighEntropyValues([object])"), want{otherJS + " medium"}},
		{"which browser is it?", visit().calls(shopJS, nil, "Navigator.userAgent", "Navigator.vendor", "Navigator.platform", "Navigator.maxTouchPoints"), nil},
		{"loading speed", visit().calls(shopJS, nil, "Navigator.deviceMemory", "Navigator.hardwareConcurrency",
			"NetworkInformation.effectiveType", "NetworkInformation.rtt", "NetworkInformation.downlink"), nil},
		{"the same property ten times", visit().calls(shopJS, []with{times(10)}, "Navigator.plugins", "Navigator.hardwareConcurrency"), nil},
		{"what every request tells", visit().calls(shopJS, nil, "Navigator.userAgent", "Navigator.appVersion", "Navigator.language", "Navigator.cookieEnabled", "Navigator.onLine"), nil},
		{"divided over the choice", visit().calls(otherJS, nil, device[:4]...).choose().calls(otherJS, nil, device[4:]...), want{otherJS + " medium after"}},
		{"divided over scripts", visit().calls(otherJS, nil, device[:4]...).calls(shopJS, nil, device[4:]...), nil},
	})
	tryAll(t, fingerprintScreen, []trial{
		{"collects", visit().calls(otherJS, nil, screen...), want{otherJS + " medium"}},
		{"asks by media queries", visit().calls(otherJS, nil, media("color-gamut", "inverted-colors", "forced-colors", "prefers-contrast", "dynamic-range", "monochrome")...),
			want{otherJS + " medium"}},
		{"layout", visit().calls(shopJS, nil, "self.innerWidth", "self.innerHeight", "self.devicePixelRatio").
			calls(shopJS, nil, media("min-width", "max-width", "prefers-color-scheme", "prefers-reduced-motion", "hover", "pointer", "orientation")...), nil},
		{"statistics", visit().calls(otherJS, nil, "Screen.width", "Screen.height", "Screen.colorDepth", "self.devicePixelRatio"), nil},
		{"window in the middle of the screen", visit().calls(shopJS, nil, "self.screenX", "self.outerWidth", "Screen.width", "Screen.availWidth"), nil},
	})
}

func TestWebRTC(t *testing.T) {
	const rtc = "RTCPeerConnection."
	probe := []string{"new RTCPeerConnection([object])", rtc + "createDataChannel()", rtc + "createOffer", rtc + "setLocalDescription", rtc + "onicecandidate=([function])"}
	found := want{otherJS + " high"}
	tryAll(t, fingerprintWebRTC, []trial{
		{"a call to nobody", visit().calls(otherJS, nil, probe...), found},
		{"addresses by a listener", visit().calls(otherJS, nil, probe[0], "RTCPeerConnection.createOffer", "EventTarget.addEventListener(icecandidate)"), found},
		{"formats only", visit().calls(otherJS, nil, probe[0], probe[1], probe[2]), found},
		{"a real call", visit().calls(shopJS, nil, probe...).calls(shopJS, nil, rtc+"setRemoteDescription([object])"), nil},
		{"a call after a click", visit().calls(shopJS, []with{gesture()}, probe...), nil},
		{"is WebRTC there?", visit().calls(shopJS, nil, probe[0], probe[1]), nil},
	})
}

func TestQuestions(t *testing.T) {
	tryAll(t, fingerprintBattery, []trial{
		{"asked", visit().calls(otherJS, nil, "Navigator.getBattery", "BatteryManager.level"), want{otherJS + " medium"}},
		{"asked after a click", visit().calls(shopJS, []with{gesture()}, "Navigator.getBattery"), want{shopJS + " medium"}},
		{"not asked", visit().calls(shopJS, nil, "Navigator.userAgent"), nil},
	})
	tryAll(t, fingerprintMediaDevices, []trial{
		{"at once", visit().calls(otherJS, nil, "MediaDevices.enumerateDevices"), want{otherJS + " low"}},
		{"beside other properties", visit().calls(otherJS, nil, "MediaDevices.enumerateDevices", "SpeechSynthesis.getVoices", "Keyboard.getLayoutMap"), want{otherJS + " medium"}},
		{"of a call", visit().calls(shopJS, nil, "MediaDevices.enumerateDevices", "MediaDevices.getUserMedia"), nil},
		{"after a click", visit().calls(shopJS, []with{gesture()}, "MediaDevices.enumerateDevices"), nil},
	})
	tryAll(t, fingerprintSensors, []trial{
		{"listens", visit().calls(otherJS, nil, "EventTarget.addEventListener(deviceorientation)"), want{otherJS + " low"}},
		{"several", visit().calls(otherJS, nil, "self.ondevicemotion=([function])", "Sensor.start"), want{otherJS + " medium"}},
		{"after a click", visit().calls(shopJS, []with{gesture()}, "EventTarget.addEventListener(devicemotion)"), nil},
		{"other events", visit().calls(shopJS, nil, "EventTarget.addEventListener(click)", "EventTarget.addEventListener(scroll)"), nil},
	})
}

func TestFingerprintScript(t *testing.T) {
	small := size(1, 240, 60)
	collect := []string{"Navigator.hardwareConcurrency", "Navigator.deviceMemory", "Screen.availWidth", "Screen.width"}
	model := []with{on("canvas", 2, 300, 150)}
	five := []string{"SpeechSynthesis.getVoices", "Keyboard.getLayoutMap", "StorageManager.estimate"}
	found := want{otherJS + " high"}
	tryAll(t, fingerprintScript, []trial{
		{"picture, device and screen", visit().paint(otherJS, small, probe(ctx)...).paint(otherJS, small, el+"toDataURL").calls(otherJS, nil, collect...), found},
		{"graphics card, device and screen", visit().calls(otherJS, model, gl+"getParameter(37446)").calls(otherJS, nil, collect...), found},
		{"many kinds without a test", visit().calls(otherJS, nil, collect...).calls(otherJS, nil, five...), found},
		{"made by eval: its maker answers", func() *maker {
			m := visit()
			m.run.Scripts = []evidence.Script{{ID: "none/script/1", Kind: "eval", By: &evidence.Frame{URL: otherJS}}}
			e := func(c *evidence.Call) { c.Script, c.Stack = "none/script/1", nil }
			return m.calls("", []with{e}, collect...).calls("", []with{e}, five...)
		}(), found},
		{"a library in several files", func() *maker {
			m := visit().paint("https://www.shop.test/fp/canvas.js", small, probe(ctx)...).paint("https://www.shop.test/fp/canvas.js", small, el+"toDataURL")
			m.calls("https://www.shop.test/fp/audio.js", nil, "new OfflineAudioContext(1; 5000; 44100)", "BaseAudioContext.createOscillator",
				"OfflineAudioContext.startRendering", "AudioBuffer.getChannelData(0)")
			for i := range 30 {
				m.call("https://www.shop.test/fp/fonts.js", "HTMLElement.offsetWidth", font("Font "+itoa(i)))
			}
			m.call("https://www.shop.test/fp/fonts.js", "HTMLElement.offsetWidth", font("serif"))
			return m
		}(), want{"https://www.shop.test/fp/ high"}},

		{"a picture alone", visit().paint(otherJS, small, probe(ctx)...).paint(otherJS, small, el+"toDataURL"), nil},
		{"a game", visit().calls(shopJS, onPage(2, 800, 600), gl+"getParameter(37446)", gl+"drawElements(4; 12; 5123; 0)").
			calls(shopJS, nil, "Navigator.hardwareConcurrency", "Navigator.getGamepads", "Navigator.platform", "self.devicePixelRatio", "Date.getTimezoneOffset"), nil},
		{"a player", visit().call(shopJS, "HTMLMediaElement.canPlayType(video/mp4)", times(30)).
			calls(shopJS, nil, "Navigator.userAgent", "Navigator.platform", "Navigator.hardwareConcurrency", "Navigator.vendor", "StorageManager.estimate"), nil},
		{"statistics", visit().calls(otherJS, nil, "Navigator.userAgent", "Navigator.language", "Screen.width", "Screen.colorDepth", "self.innerWidth",
			"Intl.DateTimeFormat.resolvedOptions", "NavigatorUAData.getHighEntropyValues"), nil},
	})
}

func TestSurfacesOfAFinding(t *testing.T) {
	m := visit().calls(otherJS, []with{on("canvas", 2, 300, 150)}, gl+"getParameter(37446)").
		calls(otherJS, nil, "Navigator.hardwareConcurrency", "Navigator.deviceMemory", "Screen.availWidth", "Screen.width")
	found := m.judge(t, fingerprintScript)
	if len(found) != 1 {
		t.Fatalf("found %d, want 1", len(found))
	}
	if got := found[0].Args["surfaces"]; got != "navigator, screen, webgl" {
		t.Errorf("surfaces %q", got)
	}
	if got := fmt.Sprint(found[0].Evidence); got != "[none/call/1 none/call/2 none/call/3 none/call/4 none/call/5]" {
		t.Errorf("evidence %v", got)
	}
}
