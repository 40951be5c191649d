// Package document owns speaking with one document of a page: running JavaScript
// there, pressing in it as a person's mouse does, and reaching into what it keeps
// shut. It must not know what is asked, or why.
package document

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/chromedp/cdproto"
	cdptypes "github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp/kb"

	"github.com/spoor-audit/spoor/crawler/cdp"
)

// usualLimit is how long one piece of JavaScript may take.
const usualLimit = 5 * time.Second

// A Document is one document of a page: the page's own, or a frame in it. It can
// be used by several goroutines at once.
type Document struct {
	Session *cdp.Session
	Frame   cdptypes.FrameID
	// Scripts is the world of the page's own scripts; 0 where the session has no
	// other document.
	Scripts runtime.ExecutionContextID
	Address string
	// Room names the world of spoor's own, which the page cannot see.
	Room string
	// Limit is how long one piece of JavaScript may take; 0 means 5 seconds.
	Limit time.Duration
	// Prompt takes values as they are and awaits no promise: a page whose script is
	// still running can answer then.
	Prompt bool
	// Sign marks JavaScript as spoor's own before it runs; nil leaves it as it is.
	Sign func(js string) string

	world atomic.Int64 // id of Room, once it was asked for
}

// URL is the document's address.
func (d *Document) URL() string { return d.Address }

// World runs JavaScript in a world of spoor's own, which sees the page's document
// and none of its scripts' changes to the language. A promise is awaited, unless
// the document is Prompt; the value comes back as JSON into into, which may be nil.
func (d *Document) World(ctx context.Context, js string, into any) error {
	ctx, cancel := d.limited(ctx)
	defer cancel()
	if world := d.world.Load(); world != 0 {
		// The document may have been replaced since; then the world went with it.
		if err := d.run(ctx, runtime.ExecutionContextID(world), js, into); !worldGone(err) {
			return err
		}
	}
	world, err := d.enter(ctx)
	if err != nil {
		return err
	}
	return d.run(ctx, world, js, into)
}

// worldGone reports whether the browser knows a world no more. Then nothing was
// run, so that it may be tried again.
func worldGone(err error) bool {
	var refused *cdproto.Error
	return errors.As(err, &refused) && strings.Contains(refused.Message, "Cannot find context")
}

func (d *Document) enter(ctx context.Context) (runtime.ExecutionContextID, error) {
	made, err := cdp.Do(ctx, d.Session, page.CreateIsolatedWorld, page.CreateIsolatedWorldParams{FrameID: d.Frame, WorldName: d.Room})
	if err != nil {
		return 0, fmt.Errorf("document: reach %q: %w", d.Address, err)
	}
	d.world.Store(int64(made.ExecutionContextID))
	return made.ExecutionContextID, nil
}

// Main runs JavaScript among the page's own scripts.
func (d *Document) Main(ctx context.Context, js string, into any) error {
	ctx, cancel := d.limited(ctx)
	defer cancel()
	return d.run(ctx, d.Scripts, js, into)
}

func (d *Document) run(ctx context.Context, world runtime.ExecutionContextID, js string, into any) error {
	yes, await := true, !d.Prompt
	res, err := cdp.Do(ctx, d.Session, runtime.Evaluate, runtime.EvaluateParams{
		Expression: d.signed(js), ReturnByValue: &yes, Silent: &yes, AwaitPromise: &await, ContextID: world,
	})
	if err != nil {
		return err
	}
	if res.ExceptionDetails != nil {
		return fmt.Errorf("document: script failed: %s", clip(told(res.ExceptionDetails)))
	}
	if res.Result == nil || len(res.Result.Value) == 0 || into == nil {
		return nil
	}
	return json.Unmarshal(res.Result.Value, into)
}

func told(e *runtime.ExceptionDetails) string {
	if e.Exception != nil && e.Exception.Description != "" {
		return e.Exception.Description
	}
	return e.Text
}

// clip keeps a page from filling the record with what it throws.
func clip(s string) string {
	if len(s) > 300 {
		return s[:300]
	}
	return s
}

// Press clicks at a point of the document's viewport, in CSS pixels.
func (d *Document) Press(ctx context.Context, x, y float64) error {
	dx, dy, err := d.offset(ctx)
	if err != nil {
		return err
	}
	for _, kind := range []input.DispatchMouseEventType{input.DispatchMouseEventTypeMouseMoved, input.DispatchMouseEventTypeMousePressed, input.DispatchMouseEventTypeMouseReleased} {
		p := input.DispatchMouseEventParams{Type: kind, X: x + dx, Y: y + dy}
		if kind != input.DispatchMouseEventTypeMouseMoved {
			p.Button, p.ClickCount = input.MouseButtonLeft, 1
		}
		if _, err := cdp.Do(ctx, d.Session, input.DispatchMouseEvent, p); err != nil {
			return err
		}
	}
	return nil
}

// ErrNoElement is returned for an element that has left the document.
var ErrNoElement = errors.New("document: the element is not there")

// Focus lets an element get what is typed, as the browser does it: no script of the
// page or of spoor moves the focus. The JavaScript gives the element, in spoor's
// world.
func (d *Document) Focus(ctx context.Context, js string) error {
	ctx, cancel := d.limited(ctx)
	defer cancel()
	world, err := d.enter(ctx)
	if err != nil {
		return err
	}
	yes := true
	res, err := cdp.Do(ctx, d.Session, runtime.Evaluate, runtime.EvaluateParams{Expression: d.signed(js), Silent: &yes, ContextID: world})
	if err != nil {
		return fmt.Errorf("document: focus in %q: %w", d.Address, err)
	}
	if res.Result == nil || res.Result.ObjectID == "" {
		return ErrNoElement
	}
	if _, err := cdp.Do(ctx, d.Session, dom.Focus, dom.FocusParams{ObjectID: res.Result.ObjectID}); err != nil {
		return fmt.Errorf("document: focus in %q: %w", d.Address, err)
	}
	return nil
}

// Key presses and lets go of a key, as a person's keyboard does, wherever the focus
// of the document's page is. Special keys are those of package kb.
func (d *Document) Key(ctx context.Context, key rune) error {
	events := kb.Encode(key)
	for _, ev := range events[:len(events)-1] {
		cdp.Send(d.Session, input.DispatchKeyEvent, *ev) // Chrome takes them in order
	}
	_, err := cdp.Do(ctx, d.Session, input.DispatchKeyEvent, *events[len(events)-1])
	return err
}

// SelectAll marks all text where the focus is, as Ctrl+A does.
func (d *Document) SelectAll(ctx context.Context) error {
	for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeRawKeyDown, input.DispatchKeyEventTypeKeyUp} {
		p := input.DispatchKeyEventParams{Type: kind, Key: "a", Code: "KeyA", WindowsVirtualKeyCode: 'A', Modifiers: 2}
		if kind == input.DispatchKeyEventTypeRawKeyDown {
			p.Commands = []string{"selectAll"}
		}
		if _, err := cdp.Do(ctx, d.Session, input.DispatchKeyEvent, p); err != nil {
			return err
		}
	}
	return nil
}

// offset is where the document stands in the window of its session: a frame of
// another site has a session, and so a window, of its own.
func (d *Document) offset(ctx context.Context) (x, y float64, err error) {
	if string(d.Session.Info.TargetID) == string(d.Frame) {
		return 0, 0, nil
	}
	owner, err := cdp.Do(ctx, d.Session, dom.GetFrameOwner, dom.GetFrameOwnerParams{FrameID: d.Frame})
	if err != nil {
		return 0, 0, fmt.Errorf("document: find the frame of %q: %w", d.Address, err)
	}
	box, err := cdp.Do(ctx, d.Session, dom.GetBoxModel, dom.GetBoxModelParams{BackendNodeID: owner.BackendNodeID})
	if err != nil {
		return 0, 0, fmt.Errorf("document: measure the frame of %q: %w", d.Address, err)
	}
	if box.Model == nil || len(box.Model.Content) < 2 {
		return 0, 0, fmt.Errorf("document: the frame of %q has no box", d.Address)
	}
	return box.Model.Content[0], box.Model.Content[1], nil
}

// Sealed calls a JavaScript function expression, in spoor's world, with each
// closed shadow root of the document as its only argument.
func (d *Document) Sealed(ctx context.Context, function string) error {
	ctx, cancel := d.limited(ctx)
	defer cancel()
	world, err := d.enter(ctx)
	if err != nil {
		return err
	}
	doc, err := cdp.Do(ctx, d.Session, runtime.Evaluate, runtime.EvaluateParams{Expression: d.signed("document"), ContextID: world})
	if err != nil || doc.Result == nil {
		return fmt.Errorf("document: reach %q: %w", d.Address, err)
	}
	// Described, not read with DOM.getDocument, which would have every change of the
	// tree reported from then on.
	depth, yes := int64(-1), true
	tree, err := cdp.Do(ctx, d.Session, dom.DescribeNode, dom.DescribeNodeParams{ObjectID: doc.Result.ObjectID, Depth: &depth, Pierce: &yes})
	if err != nil {
		return fmt.Errorf("document: read the tree of %q: %w", d.Address, err)
	}
	for _, root := range closedRoots(tree.Node, nil) {
		node, err := cdp.Do(ctx, d.Session, dom.ResolveNode, dom.ResolveNodeParams{BackendNodeID: root, ExecutionContextID: world})
		if err != nil {
			continue // it has left the document
		}
		if _, err := cdp.Do(ctx, d.Session, runtime.CallFunctionOn, runtime.CallFunctionOnParams{
			FunctionDeclaration: d.signed(function) + "\n", ObjectID: node.Object.ObjectID, Arguments: []*runtime.CallArgument{{ObjectID: node.Object.ObjectID}},
		}); err != nil {
			return fmt.Errorf("document: enter a closed root of %q: %w", d.Address, err)
		}
	}
	return nil
}

func (d *Document) limited(ctx context.Context) (context.Context, context.CancelFunc) {
	limit := d.Limit
	if limit == 0 {
		limit = usualLimit
	}
	return context.WithTimeout(ctx, limit)
}

func (d *Document) signed(js string) string {
	if d.Sign == nil {
		return js
	}
	return d.Sign(js)
}

// closedRoots adds the closed shadow roots below a node, but not those of frames,
// which are documents of their own.
func closedRoots(n *cdptypes.Node, to []cdptypes.BackendNodeID) []cdptypes.BackendNodeID {
	if n == nil {
		return to
	}
	for _, r := range n.ShadowRoots {
		if r.ShadowRootType == cdptypes.ShadowRootTypeClosed {
			to = append(to, r.BackendNodeID)
		}
		to = closedRoots(r, to)
	}
	for _, c := range n.Children {
		to = closedRoots(c, to)
	}
	return to
}
