package fingerprint

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/detectors/internal/try"
	"github.com/spoor-audit/spoor/evidence"
)

func precisions(n int) []string {
	var list []string
	for i := range n {
		list = append(list, try.GL+"getShaderPrecisionFormat("+strconv.Itoa(35632+i/6)+"; "+strconv.Itoa(36336+i%6)+")")
	}
	return list
}

func TestWebGL(t *testing.T) {
	hidden, page := try.Size(1, 300, 150), try.OnPage(1, 800, 600)
	model := []string{try.GL + "getParameter(37445)", try.GL + "getParameter(37446)"}
	names := []string{try.GL + "getParameter(7936)", try.GL + "getParameter(7937)", try.GL + "getParameter(7938)"}
	picture := []string{try.GL + "drawArrays(1; 0; 274)", try.GL + "readPixels(0; 0; 200; 100)"}
	scene := try.GL + "shaderSource([object]; #version 300 es\u20268200)"
	found := try.Want{try.OtherJS + " high"}
	drawing := func(n int) *try.Maker {
		return try.Visit().Call(try.ShopJS, try.GL+"drawElements(4; 12; 5123; 0)", append(page, try.Times(n))...)
	}
	try.All(t, WebGL, []try.Trial{
		try.One("model and many parameters", try.Visit().Calls(try.OtherJS, hidden, model...).Calls(try.OtherJS, hidden, try.Parameters(12)...), found),
		try.One("model, formats and extensions", try.Visit().Calls(try.OtherJS, hidden, model...).Calls(try.OtherJS, hidden, precisions(12)...).
			Calls(try.OtherJS, hidden, try.GL+"getSupportedExtensions"), found),
		try.One("WebGL 2", try.Visit().Calls(try.OtherJS, hidden, "WebGL2RenderingContext.getParameter(37446)").
			Calls(try.OtherJS, hidden, strings.Fields(strings.ReplaceAll(strings.Join(try.Parameters(30), " "), "WebGL", "WebGL2"))...), found),
		try.One("model and test picture", try.Visit().Calls(try.OtherJS, hidden, model[0]).Calls(try.OtherJS, hidden, picture...), found),
		try.One("names and test picture", try.Visit().Calls(try.OtherJS, hidden, names...).Calls(try.OtherJS, hidden, picture...), found),
		try.One("test picture read as a data URL", try.Visit().Calls(try.OtherJS, hidden, names...).Calls(try.OtherJS, hidden, picture[0], try.Canvas+"toDataURL"), found),
		try.One("putting it on the page does not hide it", try.Visit().Calls(try.OtherJS, page, model...).Calls(try.OtherJS, page, try.Parameters(30)...).
			Calls(try.OtherJS, page, precisions(12)...).Calls(try.OtherJS, page, try.GL+"getSupportedExtensions"), found),
		try.One("a game on the page does not hide it", drawing(900).Calls(try.ShopJS, try.Size(2, 300, 150), model...).
			Calls(try.ShopJS, try.Size(2, 300, 150), try.Parameters(30)...), try.Want{try.ShopJS + " high"}),
		try.One("make and model", try.Visit().Calls(try.OtherJS, hidden, model...), try.Want{try.OtherJS + " low"}),
		try.One("in a worker", try.Visit().Calls(try.OtherJS, []try.With{try.On("offscreen-canvas", 1, 300, 150), try.In("t9")}, model...).
			Calls(try.OtherJS, []try.With{try.On("offscreen-canvas", 1, 300, 150), try.In("t9")}, try.Parameters(30)...), found),

		try.One("model alone, as for the quality of a game", try.Visit().Calls(try.ShopJS, hidden, model[1]), nil),
		try.One("make and model on the page, as a game", drawing(900).Calls(try.ShopJS, page, model...), nil),
		try.One("3D library", try.Visit().Calls(try.ShopJS, page, try.Parameters(13)...).Calls(try.ShopJS, page, precisions(4)...).
			Calls(try.ShopJS, page, scene).Call(try.ShopJS, try.GL+"drawElements(4; 12; 5123; 0)", append(page, try.Times(500))...), nil),
		try.One("3D library that asks for the model", drawing(500).Calls(try.ShopJS, page, model...).Calls(try.ShopJS, page, try.Parameters(22)...), nil),
		try.One("picture of a 3D scene", try.Visit().Calls(try.ShopJS, hidden, try.Parameters(13)...).Calls(try.ShopJS, hidden, scene).
			Calls(try.ShopJS, hidden, try.GL+"drawElements(4; 12; 5123; 0)", try.Canvas+"toDataURL"), nil),
		try.One("is WebGL there?", try.Visit().Calls(try.ShopJS, hidden, try.Canvas+"getContext(webgl)", try.GL+"getSupportedExtensions", try.GL+"getParameter(3379)"), nil),
		try.One("one pixel under the pointer", drawing(900).Calls(try.ShopJS, page, try.GL+"readPixels(10; 10; 1; 1)"), nil),
		try.One("filter for photos", try.Visit().Calls(try.ShopJS, hidden, try.GL+"drawArrays(4; 0; 6)", try.Canvas+"toBlob([function]; image/jpeg)"), nil),
	})
}

func TestAudio(t *testing.T) {
	test := []string{
		"new OfflineAudioContext(1; 5000; 44100)", "BaseAudioContext.createOscillator", "BaseAudioContext.createDynamicsCompressor",
		"OfflineAudioContext.startRendering", "AudioBuffer.getChannelData(0)",
	}
	found := try.Want{try.OtherJS + " high"}
	try.All(t, Audio, []try.Trial{
		try.One("offline", try.Visit().Calls(try.OtherJS, nil, test...), found),
		try.One("copyFromChannel, nodes by constructor", try.Visit().Calls(try.OtherJS, nil, "new OfflineAudioContext([object])", "new OscillatorNode",
			"new DynamicsCompressorNode", test[3], "AudioBuffer.copyFromChannel([object]; 0)"), found),
		try.One("analyser of a tone", try.Visit().Calls(try.OtherJS, nil, "new AudioContext", test[1], "BaseAudioContext.createAnalyser",
			"BaseAudioContext.createScriptProcessor(4096; 1; 1)", "AnalyserNode.getFloatFrequencyData"), found),
		try.One("in two files of one host", try.Visit().Calls("https://cdn.other.test/a.js", nil, test[:4]...).Calls(try.OtherJS, nil, test[4]), found),
		try.One("in two files of two hosts", try.Visit().Calls("https://cdn.third.test/a.js", nil, test[:4]...).Calls(try.OtherJS, nil, test[4]), found),

		try.One("wave form of a file", try.Visit().Calls(try.ShopJS, nil, "new OfflineAudioContext(1; 1; 8000)", "BaseAudioContext.decodeAudioData([object])", test[4]), nil),
		try.One("music computed ahead", try.Visit().Calls(try.ShopJS, nil, "new OfflineAudioContext(2; 2646000; 44100)", test[1], test[3], test[4]), nil),
		try.One("tone computed and played, not read", try.Visit().Calls(try.ShopJS, nil, test[:4]...), nil),
		try.One("instrument that the visitor plays", try.Visit().Calls(try.ShopJS, []try.With{try.Gesture()}, test...), nil),
		try.One("pictures of music", try.Visit().Calls(try.ShopJS, nil, "new AudioContext", "BaseAudioContext.createAnalyser",
			"BaseAudioContext.createMediaElementSource", "AnalyserNode.getByteFrequencyData"), nil),
		try.One("a player beside an instrument", try.Visit().Calls("https://www.shop.test/synth.js", nil, test[:4]...).
			Calls(try.ShopJS, nil, "BaseAudioContext.decodeAudioData", test[4]), nil),
	})
}

func TestFonts(t *testing.T) {
	tried := func(n int, add func(m *try.Maker, family string)) *try.Maker {
		m := try.Visit()
		for i := range n {
			add(m, "Font "+strconv.Itoa(i))
		}
		return m
	}
	found := try.Want{try.OtherJS + " high"}
	measure := func(m *try.Maker, f string) {
		m.Call(try.OtherJS, try.Context+"measureText(mmMwWLliI0O&1)", try.On("canvas", 1, 300, 150), try.Text("72px \""+f+"\", monospace"))
	}
	width := func(m *try.Maker, f string) {
		m.Call(try.OtherJS, "HTMLElement.offsetWidth", try.Font("'"+f+"', serif"))
	}
	try.All(t, Fonts, []try.Trial{
		try.One("text in a canvas", tried(50, measure), found),
		try.One("text in a canvas, the font as set", tried(50, func(m *try.Maker, f string) { m.Call(try.OtherJS, try.Context+"font=(72px "+f+")") }).
			Call(try.OtherJS, try.Context+"measureText(mmm)", try.Times(50)), found),
		try.One("width of elements", tried(20, width).Call(try.OtherJS, "HTMLElement.offsetWidth", try.Font("monospace")), found),
		try.One("boxes of elements", tried(50, func(m *try.Maker, f string) { m.Call(try.OtherJS, "Element.getBoundingClientRect", try.Font(f)) }), found),
		try.One("questions", tried(30, func(m *try.Maker, f string) { m.Call(try.OtherJS, "FontFaceSet.check(12px \""+f+"\")") }), found),
		try.One("local fonts loaded", tried(30, func(m *try.Maker, f string) { m.Call(try.OtherJS, "new FontFace("+f+"; local(\""+f+"\"))") }), found),
		try.One("half and half", func() *try.Maker {
			m := tried(10, measure)
			for i := range 10 {
				width(m, "Other "+strconv.Itoa(i))
			}
			return m.Call(try.OtherJS, "HTMLElement.offsetHeight", try.Font("serif"))
		}(), found),

		try.One("samples in a font menu", tried(49, width), nil),
		try.One("fonts of the page", tried(8, width), nil),
		try.One("web fonts loaded", tried(40, func(m *try.Maker, f string) { m.Call(try.ShopJS, "new FontFace("+f+"; url(/f.woff2))") }), nil),
		try.One("one font, many texts", tried(60, func(m *try.Maker, f string) {
			m.Call(try.ShopJS, try.Context+"measureText("+f+")", try.Text("12px Arial"))
		}), nil),
		try.One("font menu after a click", tried(60, func(m *try.Maker, f string) {
			m.Call(try.ShopJS, "HTMLElement.offsetWidth", try.Font(f), try.Gesture())
		}), nil),
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
	try.All(t, Navigator, []try.Trial{
		try.One("collects", try.Visit().Calls(try.OtherJS, nil, device...), try.Want{try.OtherJS + " medium"}),
		try.One("in a worker", try.Visit().Calls(try.OtherJS, nil, "WorkerNavigator.platform", "WorkerNavigator.languages", "WorkerNavigator.hardwareConcurrency",
			"WorkerNavigator.deviceMemory", "NavigatorUAData.getHighEntropyValues([object])"), try.Want{try.OtherJS + " medium"}),
		try.One("which browser is it?", try.Visit().Calls(try.ShopJS, nil, "Navigator.userAgent", "Navigator.vendor", "Navigator.platform", "Navigator.maxTouchPoints"), nil),
		try.One("loading speed", try.Visit().Calls(try.ShopJS, nil, "Navigator.deviceMemory", "Navigator.hardwareConcurrency",
			"NetworkInformation.effectiveType", "NetworkInformation.rtt", "NetworkInformation.downlink"), nil),
		try.One("the same property ten times", try.Visit().Calls(try.ShopJS, []try.With{try.Times(10)}, "Navigator.plugins", "Navigator.hardwareConcurrency"), nil),
		try.One("what every request tells", try.Visit().Calls(try.ShopJS, nil, "Navigator.userAgent", "Navigator.appVersion", "Navigator.language", "Navigator.cookieEnabled", "Navigator.onLine"), nil),
		try.One("divided over the choice", try.Visit().Calls(try.OtherJS, nil, device[:4]...).Choose().Calls(try.OtherJS, nil, device[4:]...), try.Want{try.OtherJS + " medium after"}),
		try.One("divided over scripts", try.Visit().Calls(try.OtherJS, nil, device[:4]...).Calls(try.ShopJS, nil, device[4:]...), nil),
	})
	try.All(t, Screen, []try.Trial{
		try.One("collects", try.Visit().Calls(try.OtherJS, nil, screen...), try.Want{try.OtherJS + " medium"}),
		try.One("asks by media queries", try.Visit().Calls(try.OtherJS, nil, media("color-gamut", "inverted-colors", "forced-colors", "prefers-contrast", "dynamic-range", "monochrome")...),
			try.Want{try.OtherJS + " medium"}),
		try.One("layout", try.Visit().Calls(try.ShopJS, nil, "self.innerWidth", "self.innerHeight", "self.devicePixelRatio").
			Calls(try.ShopJS, nil, media("min-width", "max-width", "prefers-color-scheme", "prefers-reduced-motion", "hover", "pointer", "orientation")...), nil),
		try.One("statistics", try.Visit().Calls(try.OtherJS, nil, "Screen.width", "Screen.height", "Screen.colorDepth", "self.devicePixelRatio"), nil),
		try.One("window in the middle of the screen", try.Visit().Calls(try.ShopJS, nil, "self.screenX", "self.outerWidth", "Screen.width", "Screen.availWidth"), nil),
	})
}

func TestWebRTC(t *testing.T) {
	const rtc = "RTCPeerConnection."
	probe := []string{"new RTCPeerConnection([object])", rtc + "createDataChannel()", rtc + "createOffer", rtc + "setLocalDescription", rtc + "onicecandidate=([function])"}
	found := try.Want{try.OtherJS + " high"}
	try.All(t, WebRTC, []try.Trial{
		try.One("a call to nobody", try.Visit().Calls(try.OtherJS, nil, probe...), found),
		try.One("addresses by a listener", try.Visit().Calls(try.OtherJS, nil, probe[0], "RTCPeerConnection.createOffer", "EventTarget.addEventListener(icecandidate)"), found),
		try.One("formats only", try.Visit().Calls(try.OtherJS, nil, probe[0], probe[1], probe[2]), found),
		try.One("in two files of one host", try.Visit().Calls("https://cdn.other.test/a.js", nil, probe[:2]...).Calls(try.OtherJS, nil, probe[2:]...), found),
		try.One("in two files of two hosts", try.Visit().Calls("https://cdn.third.test/a.js", nil, probe[:2]...).Calls(try.OtherJS, nil, probe[2], probe[3]), found),
		try.One("a call whose other side another file answers", try.Visit().Calls("https://www.shop.test/a.js", nil, probe[:2]...).
			Calls(try.ShopJS, nil, probe[2], probe[3], rtc+"setRemoteDescription([object])"), nil),
		try.One("a real call", try.Visit().Calls(try.ShopJS, nil, probe...).Calls(try.ShopJS, nil, rtc+"setRemoteDescription([object])"), nil),
		try.One("a call after a click", try.Visit().Calls(try.ShopJS, []try.With{try.Gesture()}, probe...), nil),
		try.One("is WebRTC there?", try.Visit().Calls(try.ShopJS, nil, probe[0], probe[1]), nil),
	})
}

func TestQuestions(t *testing.T) {
	try.All(t, Battery, []try.Trial{
		try.One("asked", try.Visit().Calls(try.OtherJS, nil, "Navigator.getBattery", "BatteryManager.level"), try.Want{try.OtherJS + " medium"}),
		try.One("asked after a click", try.Visit().Calls(try.ShopJS, []try.With{try.Gesture()}, "Navigator.getBattery"), try.Want{try.ShopJS + " medium"}),
		try.One("not asked", try.Visit().Calls(try.ShopJS, nil, "Navigator.userAgent"), nil),
	})
	try.All(t, MediaDevices, []try.Trial{
		try.One("at once", try.Visit().Calls(try.OtherJS, nil, "MediaDevices.enumerateDevices"), try.Want{try.OtherJS + " low"}),
		try.One("beside other properties", try.Visit().Calls(try.OtherJS, nil, "MediaDevices.enumerateDevices", "SpeechSynthesis.getVoices", "Keyboard.getLayoutMap"), try.Want{try.OtherJS + " medium"}),
		try.One("of a call", try.Visit().Calls(try.ShopJS, nil, "MediaDevices.enumerateDevices", "MediaDevices.getUserMedia"), nil),
		try.One("after a click", try.Visit().Calls(try.ShopJS, []try.With{try.Gesture()}, "MediaDevices.enumerateDevices"), nil),
	})
	try.All(t, Sensors, []try.Trial{
		try.One("listens", try.Visit().Calls(try.OtherJS, nil, "EventTarget.addEventListener(deviceorientation)"), try.Want{try.OtherJS + " low"}),
		try.One("several", try.Visit().Calls(try.OtherJS, nil, "self.ondevicemotion=([function])", "Sensor.start"), try.Want{try.OtherJS + " medium"}),
		try.One("after a click", try.Visit().Calls(try.ShopJS, []try.With{try.Gesture()}, "EventTarget.addEventListener(devicemotion)"), nil),
		try.One("other events", try.Visit().Calls(try.ShopJS, nil, "EventTarget.addEventListener(click)", "EventTarget.addEventListener(scroll)"), nil),
	})
}

func TestFingerprintScript(t *testing.T) {
	small := try.Size(1, 240, 60)
	collect := []string{"Navigator.hardwareConcurrency", "Navigator.deviceMemory", "Screen.availWidth", "Screen.width"}
	model := []try.With{try.On("canvas", 2, 300, 150)}
	five := []string{"SpeechSynthesis.getVoices", "Keyboard.getLayoutMap", "StorageManager.estimate"}
	found := try.Want{try.OtherJS + " high"}
	try.All(t, Script, []try.Trial{
		try.One("picture, device and screen", try.Visit().Paint(try.OtherJS, small, try.Probe(try.Context)...).Paint(try.OtherJS, small, try.Canvas+"toDataURL").Calls(try.OtherJS, nil, collect...), found),
		try.One("graphics card, device and screen", try.Visit().Calls(try.OtherJS, model, try.GL+"getParameter(37446)").Calls(try.OtherJS, nil, collect...), found),
		try.One("many kinds without a test", try.Visit().Calls(try.OtherJS, nil, collect...).Calls(try.OtherJS, nil, five...), found),
		try.One("made by eval: its maker answers", func() *try.Maker {
			m := try.Visit()
			m.Run.Scripts = []evidence.Script{{ID: "none/script/1", Kind: "eval", By: &evidence.Frame{URL: try.OtherJS}}}
			e := func(c *evidence.Call) { c.Script, c.Stack = "none/script/1", nil }
			return m.Calls("", []try.With{e}, collect...).Calls("", []try.With{e}, five...)
		}(), found),
		try.One("a library in several files", func() *try.Maker {
			m := try.Visit().Paint("https://www.shop.test/fp/canvas.js", small, try.Probe(try.Context)...).Paint("https://www.shop.test/fp/canvas.js", small, try.Canvas+"toDataURL")
			m.Calls("https://www.shop.test/fp/audio.js", nil, "new OfflineAudioContext(1; 5000; 44100)", "BaseAudioContext.createOscillator",
				"OfflineAudioContext.startRendering", "AudioBuffer.getChannelData(0)")
			for i := range 30 {
				m.Call("https://www.shop.test/fp/fonts.js", "HTMLElement.offsetWidth", try.Font("Font "+strconv.Itoa(i)))
			}
			m.Call("https://www.shop.test/fp/fonts.js", "HTMLElement.offsetWidth", try.Font("serif"))
			return m
		}(), try.Want{"https://www.shop.test/fp/ high"}),

		try.One("a picture alone", try.Visit().Paint(try.OtherJS, small, try.Probe(try.Context)...).Paint(try.OtherJS, small, try.Canvas+"toDataURL"), nil),
		try.One("a game", try.Visit().Calls(try.ShopJS, try.OnPage(2, 800, 600), try.GL+"getParameter(37446)", try.GL+"drawElements(4; 12; 5123; 0)").
			Calls(try.ShopJS, nil, "Navigator.hardwareConcurrency", "Navigator.getGamepads", "Navigator.platform", "self.devicePixelRatio", "Date.getTimezoneOffset"), nil),
		try.One("a player", try.Visit().Call(try.ShopJS, "HTMLMediaElement.canPlayType(video/mp4)", try.Times(30)).
			Calls(try.ShopJS, nil, "Navigator.userAgent", "Navigator.platform", "Navigator.hardwareConcurrency", "Navigator.vendor", "StorageManager.estimate"), nil),
		try.One("statistics", try.Visit().Calls(try.OtherJS, nil, "Navigator.userAgent", "Navigator.language", "Screen.width", "Screen.colorDepth", "self.innerWidth",
			"Intl.DateTimeFormat.resolvedOptions", "NavigatorUAData.getHighEntropyValues"), nil),
	})
}

func TestSurfacesOfAFinding(t *testing.T) {
	m := try.Visit().Calls(try.OtherJS, []try.With{try.On("canvas", 2, 300, 150)}, try.GL+"getParameter(37446)").
		Calls(try.OtherJS, nil, "Navigator.hardwareConcurrency", "Navigator.deviceMemory", "Screen.availWidth", "Screen.width")
	found := m.Judge(t, Script)
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
