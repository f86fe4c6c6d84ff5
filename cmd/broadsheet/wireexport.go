package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"broadsheet/internal/account"
	"broadsheet/internal/app"
	"broadsheet/internal/id"
	"broadsheet/internal/syndicate"
	"broadsheet/internal/wire/item"
	"broadsheet/internal/wire/newsmlg2"
	"broadsheet/internal/wire/ninjs"
)

type wireExportCmd struct {
	Format  string `help:"newsml-g2 or ninjs." enum:"newsml-g2,ninjs" default:"ninjs"`
	Section string `help:"Only stories of this section." placeholder:"SLUG"`
	Since   string `help:"Only what changed since: a time as 2026-11-26T12:00:00Z, a day, or how long ago, as 24h." placeholder:"TIME"`
	Story   string `help:"Only this story." placeholder:"ID"`
	Item    string `help:"This item of the wire instead, as it came." placeholder:"ID"`
	Out     string `help:"Folder to write a file for each story to. Default: standard output." placeholder:"FOLDER"`
	Full    bool   `help:"With ninjs: what ninjs has no field for, in one more property that IPTC's schema does not have."`
}

// Help implements kong.HelpProvider.
func (wireExportCmd) Help() string {
	return `What readers may see now is exported, and nothing else. A story that was exported before, or stood in a feed, and is not to be seen any more comes once more as canceled and without its text.

To standard output ninjs is one line a story, NewsML-G2 one newsMessage. At the end the time to give as --since next time is told on standard error. docs/feeds.md has what is in it.

Examples:
  broadsheet wire export --section world > world.ninjs
  broadsheet wire export --format newsml-g2 --out outgoing/ --since 2026-11-26T12:00:00Z
  broadsheet wire export --story 05a64wtzy58h2 | jq -r '.bodies[0].value'`
}

// Run runs the command.
func (c *wireExportCmd) Run(p *program) error {
	since, err := parseSince(c.Since, time.Now())
	if err != nil {
		return usageError{err}
	}
	if c.Story != "" && c.Item != "" {
		return usageError{errors.New("--story and --item together: there is one thing to export or the other")}
	}
	if c.Out != "" {
		if err := os.MkdirAll(c.Out, 0o755); err != nil { //nolint:gosec // for whoever is to take them
			return err
		}
	}
	return p.withNewsroom(func(n *app.Newsroom) error { return c.export(p, n, since) })
}

// parseSince reads a time, a day or a length of time before now; "" is the beginning of all.
func parseSince(s string, now time.Time) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if d := item.ParseDate(s); !d.Time.IsZero() {
		return d.Time, nil
	}
	ago, err := time.ParseDuration(s)
	if err != nil || ago < 0 {
		return now, fmt.Errorf("--since %q is neither a time (2026-11-26T12:00:00Z) nor a day nor a length of time (24h)", s)
	}
	return now.Add(-ago), nil
}

func (c *wireExportCmd) export(p *program, n *app.Newsroom, since time.Time) error {
	began := time.Now().UTC().Truncate(time.Second)
	x := &exporter{cmd: c, host: n.Syndicate.Paper().Host(), out: bufio.NewWriter(p.out), bar: spinner(p.err)}
	err := c.each(p, n, since, x.add)
	_ = x.bar.Finish() // the bar is only for show
	if err := errors.Join(err, x.end()); err != nil {
		return err
	}
	fmt.Fprintf(p.err, "%s exported, of them %d taken back. Next time: --since %s\n",
		plural(x.items, "item"), x.withdrawn, began.Format(time.RFC3339))
	return nil
}

// each calls send for everything that is asked for.
func (c *wireExportCmd) each(p *program, n *app.Newsroom, since time.Time, send func(*item.Item) error) error {
	if c.Story == "" && c.Item == "" {
		return n.Syndicate.Export(p.ctx, syndicate.Selection{Section: c.Section, Since: since}, send)
	}
	of, err := id.Parse(c.Story + c.Item)
	if err != nil {
		return err
	}
	var it item.Item
	if c.Item != "" {
		it, err = n.Syndicate.WireItem(p.ctx, account.System(), of)
	} else {
		it, err = n.Syndicate.Story(p.ctx, of)
	}
	if err != nil {
		return err
	}
	return send(&it)
}

// An exporter writes items in the way that the command says.
type exporter struct {
	cmd              *wireExportCmd
	host             string // of the paper
	out              *bufio.Writer
	bar              *progressbar.ProgressBar
	items, withdrawn int
	message          []item.Item // kept for one newsMessage at the end
}

func (x *exporter) add(it *item.Item) error {
	x.items++
	if it.PubStatus == item.Canceled {
		x.withdrawn++
	}
	_ = x.bar.Add(1)
	switch {
	case x.cmd.Out != "":
		return x.file(it)
	case x.cmd.Format == string(syndicate.NewsML):
		x.message = append(x.message, *it)
		if len(x.message) > newsmlg2.MaxWritten {
			return fmt.Errorf("more than %d stories do not fit into one newsMessage: give a folder with --out, or --section or --since", newsmlg2.MaxWritten)
		}
		return nil
	}
	line, err := x.encode(it)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(x.out, "%s\n", line)
	return err
}

func (x *exporter) encode(it *item.Item) ([]byte, error) {
	switch {
	case x.cmd.Format == string(syndicate.NewsML):
		return newsmlg2.Write([]item.Item{*it}, newsmlg2.Header{Sent: it.VersionCreated.Time, Sender: x.host})
	case x.cmd.Full:
		return ninjs.Write(it)
	}
	return ninjs.WriteStrict(it)
}

// file writes an item to a file of its own, which is there as a whole or not at all.
func (x *exporter) file(it *item.Item) error {
	text, err := x.encode(it)
	if err != nil {
		return err
	}
	name := it.ID.String() + ".ninjs.json"
	if x.cmd.Format == string(syndicate.NewsML) {
		name = it.ID.String() + ".newsml.xml"
	}
	if _, story, ok := strings.Cut(it.URI, ":story:"); ok {
		name = story + name[len(it.ID.String()):]
	}
	f, err := os.CreateTemp(x.cmd.Out, ".export-*")
	if err != nil {
		return err
	}
	_, err = f.Write(append(text, '\n'))
	if err = errors.Join(err, f.Chmod(0o644), f.Close()); err == nil {
		err = os.Rename(f.Name(), filepath.Join(x.cmd.Out, name))
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// end writes what was kept for the end.
func (x *exporter) end() error {
	if len(x.message) == 0 {
		return x.out.Flush()
	}
	text, err := newsmlg2.Write(x.message, newsmlg2.Header{Sent: time.Now().UTC(), Sender: x.host})
	if err != nil {
		return err
	}
	_, err = x.out.Write(text)
	return errors.Join(err, x.out.Flush())
}

// spinner counts on a terminal, when what is written goes elsewhere.
func spinner(w io.Writer) *progressbar.ProgressBar {
	f, isFile := w.(*os.File)
	if !isFile || !term.IsTerminal(int(f.Fd())) || term.IsTerminal(int(os.Stdout.Fd())) {
		return progressbar.DefaultSilent(-1)
	}
	return progressbar.NewOptions(-1, progressbar.OptionSetWriter(w), progressbar.OptionSetDescription("Exporting"),
		progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetItsString("stories"), progressbar.OptionClearOnFinish())
}
