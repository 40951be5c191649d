package detectors

// paint adds drawing calls of one script on one canvas.
func (m *maker) paint(script string, canvas []with, apis ...string) *maker {
	for _, api := range apis {
		m.call(script, api, canvas...)
	}
	return m
}

const (
	ctx = "CanvasRenderingContext2D."
	off = "OffscreenCanvasRenderingContext2D."
	el  = "HTMLCanvasElement."
)

// probe is a test picture as the common libraries draw it.
func probe(c string) []string {
	return []string{
		c + "fillStyle=(#f60)", c + "fillRect(100; 1; 62; 20)", c + "fillStyle=(#069)", c + "font=(11pt \"Times New Roman\")",
		c + "fillText(Cwm fjordbank gly \U0001F603; 2; 15)", c + "fillStyle=(rgba(102, 204, 0, 0.2))", c + "font=(18pt Arial)",
		c + "fillText(Cwm fjordbank gly \U0001F603; 4; 45)",
	}
}

func size(n, w, h int) []with { return []with{on("canvas", n, w, h)} }

func onPage(n, w, h int) []with {
	return []with{on("canvas", n, w, h), shown()}
}

const gl = "WebGLRenderingContext."

// parameters makes n different questions for WebGL parameters.
func parameters(n int) []string {
	var list []string
	for i := range n {
		list = append(list, gl+"getParameter("+itoa(3379+i)+")")
	}
	return list
}
