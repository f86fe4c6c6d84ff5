package demo

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/errs"
	"broadsheet/internal/richtext"
	"broadsheet/internal/source"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/story"
	"broadsheet/internal/wire"
	"broadsheet/internal/wire/rule"
	"broadsheet/internal/wire/transport"
)

// DropFolder is the folder that a source of the demo watches, in the newsroom's data.
func DropFolder(data string) string { return filepath.Join(data, "agency-files") }

// longAgo is when the wire desk made its rules.
const longAgo = 9 * 24 * time.Hour

// subscribe adds the sources. None of them is asked over the network: the agencies
// push, and the one with an address is paused.
func (n *newsroom) subscribe(ctx context.Context) error {
	folder, err := filepath.Abs(DropFolder(n.Folder))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return err
	}
	list := []source.Source{
		{Name: "Drop folder", Kind: transport.Folder, Address: folder},
		{Name: "Harbor Notices", Kind: transport.Pull, Address: "https://notices.harbor.example/atom.xml", Every: 10 * time.Minute},
	}
	for _, a := range agencies() {
		list = append(list, source.Source{Name: a.name, Kind: transport.Push})
	}
	at := *n.Sources
	at.Now = func() time.Time { return n.start.Add(-longAgo) }
	n.tokens = map[string]source.Source{}
	for _, src := range list {
		added, _, err := at.Add(ctx, account.System(), src)
		if err != nil {
			return err
		}
		if added.Kind == transport.Pull {
			if err := at.SetState(ctx, account.System(), added.ID, source.Paused); err != nil {
				return err
			}
		}
		n.tokens[added.Name] = added
	}
	return nil
}

// push hands a file to the wire, as an agency with its token does. The wire's clock, and
// what follows from what the file says in stories, are of a moment in the past unless it
// is zero.
func (n *newsroom) push(ctx context.Context, in wire.Incoming, at time.Time) ([]wire.Result, error) {
	sources := *n.Sources
	if !at.IsZero() {
		now := func() time.Time { return at }
		stories := n.storiesAt(at)
		stories.Alarm = nil // whom would a letter of yesterday alarm?
		sources.Now, sources.Wire = now, n.Wire.At(now)
		sources.Wire.OnChange = []func(context.Context, *sqldb.Tx, *wire.Change) error{stories.WireChanged}
	}
	return sources.Push(ctx, account.Wire(in.Service, n.tokens[in.Service].Token), in)
}

// sort makes the rules and saved searches of the wire desk that sort what came before the start.
func (n *newsroom) sort(ctx context.Context) error {
	desk := n.Wire.At(func() time.Time { return n.start.Add(-longAgo) })
	for _, r := range []struct {
		rule rule.Rule
		on   bool
	}{
		{rule.Rule{Name: "Sport to the sports desk", When: rule.When{Subjects: []string{"sport", "deporte"}}, Then: rule.Then{Tags: []string{"sport"}}}, true},
		{rule.Rule{Name: "Flashes to everybody", When: rule.When{UrgencyMax: 1}, Then: rule.Then{Notify: rule.Everybody}}, false},
	} {
		if _, err := desk.SaveRule(ctx, n.editor, r.rule, r.on); err != nil {
			return err
		}
	}
	return nil
}

// automate makes the rule that publishes by itself, and the editor's searches. What came
// before is left as it was.
func (n *newsroom) automate(ctx context.Context) error {
	desk := n.Wire.At(func() time.Time { return n.start.Add(-longAgo) })
	if _, err := desk.SaveRule(ctx, n.editor, rule.Rule{
		Name: "Northern Wire’s weather to Science", When: rule.When{Source: "Northern Wire", Subjects: []string{"weather"}},
		Then: rule.Then{Publish: true, Section: "science"},
	}, true); err != nil {
		return err
	}
	for _, s := range []wire.Search{
		{Name: "Kessar Strait", Query: "q=kessar"},
		{Name: "Urgent, from anybody", Query: "urgency=2", Alert: true, Shared: true},
	} {
		if _, err := n.Wire.SaveSearch(ctx, n.editor, s); err != nil {
			return err
		}
	}
	return nil
}

// follow sends what the agencies sent about stories that were out already, and handles
// the alerts as the desk did.
func (n *newsroom) follow(ctx context.Context) error {
	if err := n.automate(ctx); err != nil {
		return err
	}
	for _, p := range n.later {
		if err := n.send(ctx, p); err != nil {
			return err
		}
		alerts, err := n.Stories.Alerts(ctx, n.editor, story.AlertFilter{})
		if err != nil {
			return err
		}
		for i := range alerts {
			if err := n.handle(ctx, &alerts[i], p.Sent.Add(time.Duration(7+5*i)*time.Minute+40*time.Second)); err != nil {
				return err
			}
		}
	}
	return n.garble(ctx)
}

// handle does at a moment in the past what an alert asks for: a draft is written anew,
// what is out had been corrected before.
func (n *newsroom) handle(ctx context.Context, a *story.Alert, at time.Time) error {
	desk := n.storiesAt(at)
	if !a.Live() {
		st, err := desk.Draft(ctx, n.staff["ingrid"], a.Story)
		if err != nil {
			return err
		}
		c := st.Content
		c.Headline, c.Standfirst, c.Lead = "The collision that was a drill", "", 0
		c.Body = richtext.Doc{Content: []richtext.Node{{
			Type: richtext.TypeParagraph, Attrs: richtext.Attrs{Origin: richtext.Origin{Kind: richtext.OriginStaff, Name: "Ingrid Vass"}},
			Content: inline("For half an hour a drill off Ras Amar was a collision. The port has been asked how that came about."),
		}}}
		_, err = desk.Save(ctx, n.staff["ingrid"], st.ID, st.Revision, c)
		return err
	}
	if err := desk.Decide(ctx, n.editor, a.ID, story.Corrected, ""); err != nil {
		return err
	}
	moves, err := desk.Moved(ctx, n.editor, a.Story)
	if err != nil {
		return err
	}
	for _, m := range moves {
		if err := desk.AnswerMove(ctx, n.editor, a.Story, m.Item, m.Now.Version, story.LookedAt); err != nil {
			return err
		}
	}
	return nil
}

// garble sends a file whose end was lost on its way.
func (n *newsroom) garble(ctx context.Context) error {
	i := slices.IndexFunc(n.sent, func(p *dispatch) bool { return p.block.key == "mps-freight" })
	p := *n.sent[i]
	p.URI, p.Headline, p.Slug = p.URI+"-table", "TABLE: Container rates by port", "Shipping-Rates-Table"
	in, err := p.incoming()
	if err != nil {
		return err
	}
	in.File, in.Raw = "mps-freight-table-v1.xml", in.Raw[:len(in.Raw)*3/5]
	_, err = n.push(ctx, in, n.start.Add(-47*time.Minute))
	if !errors.Is(err, errs.Invalid) {
		return errs.E(errs.Internal, "the garbled file gave %v", err)
	}
	return nil
}
