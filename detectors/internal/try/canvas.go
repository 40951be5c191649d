package try

import "strconv"

// Paint adds drawing calls of one script on one canvas.
func (m *Maker) Paint(script string, canvas []With, apis ...string) *Maker {
	for _, api := range apis {
		m.Call(script, api, canvas...)
	}
	return m
}

// Interfaces of pictures, as calls begin.
const (
	Context = "CanvasRenderingContext2D."
	Off     = "OffscreenCanvasRenderingContext2D."
	Canvas  = "HTMLCanvasElement."
)

// Probe is a test picture as the common libraries draw it.
func Probe(c string) []string {
	return []string{
		c + "fillStyle=(#f60)", c + "fillRect(100; 1; 62; 20)", c + "fillStyle=(#069)", c + "font=(11pt \"Times New Roman\")",
		c + "fillText(Cwm fjordbank gly \U0001F603; 2; 15)", c + "fillStyle=(rgba(102, 204, 0, 0.2))", c + "font=(18pt Arial)",
		c + "fillText(Cwm fjordbank gly \U0001F603; 4; 45)",
	}
}

// Size says that calls are on the n-th canvas, of a width and height.
func Size(n, w, h int) []With { return []With{On("canvas", n, w, h)} }

// OnPage is [Size] of a canvas that stands on the page.
func OnPage(n, w, h int) []With {
	return []With{On("canvas", n, w, h), Shown()}
}

// GL is the interface of WebGL, as calls begin.
const GL = "WebGLRenderingContext."

// Parameters makes n different questions for WebGL parameters.
func Parameters(n int) []string {
	var list []string
	for i := range n {
		list = append(list, GL+"getParameter("+strconv.Itoa(3379+i)+")")
	}
	return list
}
