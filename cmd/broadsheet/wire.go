package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"broadsheet/internal/account"
	"broadsheet/internal/app"
	"broadsheet/internal/wire"
	"broadsheet/internal/wire/ninjs"
	"broadsheet/internal/wire/parse"
	"broadsheet/internal/wire/profile"
	"broadsheet/internal/wire/tree"
)

type wireCmd struct {
	Parse  wireParseCmd  `cmd:"" help:"Print what is in agency files, as ninjs, one item a line."`
	Ingest wireIngestCmd `cmd:"" help:"Take agency files into the wire."`
	Source wireSourceCmd `cmd:"" help:"Manage the sources from which agency files come."`
	Export wireExportCmd `cmd:"" help:"Give published stories to others, as NewsML-G2 or ninjs."`
}

type wireParseCmd struct {
	Files   []string `arg:"" name:"file" help:"Agency file, in any format that is read; - is standard input."`
	Profile string   `help:"Agency profile to read them with. Default: what each item shows itself to be." placeholder:"NAME"`
}

// Help implements kong.HelpProvider.
func (wireParseCmd) Help() string {
	return `Each item is one line of ninjs 3.1, with our own additions in the property "broadsheet". Nothing is stored. The format is found out by looking; docs/wire.md has the formats and every field.

A file that cannot be read is one line on standard error, with its line and the reason; the others are printed, and the status is 1.

Examples:
  broadsheet wire parse story.xml
  broadsheet wire parse --profile ap a0417.txt
  broadsheet wire parse incoming/*.json | jq -r '.headlines[0].value'`
}

// Run runs the command.
func (c *wireParseCmd) Run(p *program) error {
	cfg, err := p.config(nil)
	if err != nil {
		return err
	}
	profiles, err := profile.Open(cfg.Wire.Profiles)
	if err != nil {
		return err
	}
	if c.Profile != "" {
		if _, err := profiles.Get(c.Profile); err != nil {
			return err
		}
	}
	out := bufio.NewWriter(p.out)
	var bad lastError
	for _, name := range c.Files {
		if err := c.print(p, out, parse.Input{Name: name, Profile: c.Profile, Profiles: profiles}); err != nil {
			if p.ctx.Err() != nil {
				return errors.Join(p.ctx.Err(), out.Flush())
			}
			bad.add(p.err, err)
		}
		if err := out.Flush(); err != nil {
			return err
		}
	}
	return bad.err
}

func (c *wireParseCmd) print(p *program, out io.Writer, in parse.Input) (err error) {
	if in.Raw, err = readInput(p.in, in.Name); err != nil {
		return err
	}
	items, err := parse.File(p.ctx, in)
	if err != nil {
		return err
	}
	for i := range items {
		line, err := ninjs.Write(&items[i])
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(out, "%s\n", line); err != nil {
			return err
		}
	}
	return nil
}

func readInput(in io.Reader, name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(io.LimitReader(in, tree.MaxFile+1))
	}
	return wire.ReadFile(name)
}

// lastError holds back the last error, because main prints what a command returns.
type lastError struct{ err error }

func (l *lastError) add(w io.Writer, err error) {
	if l.err != nil {
		fmt.Fprintln(w, "broadsheet:", l.err)
	}
	l.err = err
}

type wireIngestCmd struct {
	Paths   []string `arg:"" name:"path" help:"File, or folder of files; pictures beside a file are taken in with it."`
	Service string   `help:"Name of the feed, for the desk's filter. Default: what the item says." placeholder:"NAME"`
	Profile string   `help:"Agency profile to read them with. Default: what each item shows itself to be." placeholder:"NAME"`
}

// Help implements kong.HelpProvider.
func (wireIngestCmd) Help() string {
	return `From a folder all files are taken that begin as an agency's file does, whatever their names, also those in folders inside it. A photograph that no file beside it points to is an item by itself. The same item twice is one item; a higher version is a new version of it. Pictures at web addresses are fetched by the running newsroom.

A file that cannot be read is one line on standard error; the others are taken in, and the status is 1.

Examples:
  broadsheet wire ingest incoming/
  broadsheet wire ingest --service "Meridian World" strait.xml`
}

// manyFiles is from how many files on a bar is shown.
const manyFiles = 50

// Run runs the command.
func (c *wireIngestCmd) Run(p *program) error {
	files, err := wire.Files(c.Paths)
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return errors.New("there is no agency file in it, and no photograph")
	}
	return p.withNewsroom(func(n *app.Newsroom) error { return c.ingest(p, n, files) })
}

func (c *wireIngestCmd) ingest(p *program, n *app.Newsroom, files []string) error {
	bar := progress(p.err, len(files))
	count := map[wire.Outcome]int{}
	items, failed := 0, 0
	var bad lastError
	batch := &wire.Batch{Wire: n.Wire, In: wire.Incoming{Service: c.Service, Profile: c.Profile}}
	for _, name := range files {
		results, err := batch.IngestFile(p.ctx, account.System(), name)
		if p.ctx.Err() != nil {
			return p.ctx.Err()
		}
		if err != nil {
			failed++
			_ = bar.Clear() // the bar is only for show
			bad.add(p.err, err)
		}
		for _, r := range results {
			items++
			count[r.Status]++
		}
		_ = bar.Add(1)
	}
	_ = bar.Finish()
	fmt.Fprintf(p.out, "%s, %s: %d new, %d updated, %d older, %d here already.\n",
		plural(len(files), "file"), plural(items, "item"), count[wire.New], count[wire.Updated], count[wire.Older], count[wire.Duplicate])
	if failed > 0 {
		fmt.Fprintf(p.out, "%s could not be read.\n", plural(failed, "file"))
	}
	return bad.err
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// progress is a bar on a terminal when there are many files, else nothing.
func progress(w io.Writer, files int) *progressbar.ProgressBar {
	f, isFile := w.(*os.File)
	if files <= manyFiles || !isFile || !term.IsTerminal(int(f.Fd())) {
		return progressbar.DefaultSilent(int64(files))
	}
	return progressbar.NewOptions(files, progressbar.OptionSetWriter(w), progressbar.OptionSetDescription("Taking in"),
		progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetItsString("files"),
		progressbar.OptionClearOnFinish(), progressbar.OptionFullWidth())
}
