// Command bench measures the program as its users meet it: the real binary,
// over HTTP, on this machine. Every figure stands beside a baseline of the same
// run, because only their ratio means anything on another machine.
//
//	bench -binary bin/broadsheet [-only pages,comments] [-stories 100000]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"text/tabwriter"
	"time"
)

func main() {
	if len(os.Args) == 2 && os.Args[1] == bareCommand {
		bare(os.Stdin, os.Stdout)
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1) //nolint:gocritic // nothing is left to undo
	}
}

// A bench is one run.
type bench struct {
	ctx      context.Context //nolint:containedctx // lives as long as the program
	binary   string
	folder   string // for data; on the disk that is measured
	postgres string // "" when there is none
	stories  int
	seconds  time.Duration // one measurement
	profiles string        // folder for CPU profiles of the server; "" for none
	log      *slog.Logger
	rows     []row
}

// A row is a figure beside its baseline.
type row struct{ what, value, baseline, ratio, goal string }

func run(ctx context.Context, args []string, out io.Writer) (err error) {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	b := &bench{ctx: ctx, postgres: os.Getenv("BROADSHEET_TEST_POSTGRES"), log: slog.New(slog.DiscardHandler)}
	flags.StringVar(&b.binary, "binary", "bin/broadsheet", "the program to measure")
	flags.IntVar(&b.stories, "stories", 100_000, "stored stories of the large newsroom")
	flags.DurationVar(&b.seconds, "time", 3*time.Second, "time of one measurement")
	flags.StringVar(&b.profiles, "profiles", "", "folder to keep CPU profiles of the server in")
	only := flags.String("only", "start,pages,comments,growth,formats", "what to measure, with commas")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if b.folder, err = os.MkdirTemp("", "broadsheet-bench-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.folder)) }()

	parts := map[string]func() error{"start": b.start, "pages": b.pages, "comments": b.comments, "growth": b.growth, "formats": b.formats}
	for name := range strings.SplitSeq(*only, ",") {
		part, ok := parts[name]
		if !ok {
			return fmt.Errorf("there is nothing called %q to measure", name)
		}
		fmt.Fprintf(os.Stderr, "measuring %s …\n", name)
		if err := part(); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "WHAT\tMEASURED\tBASELINE\tRATIO\tGOAL")
	for _, r := range b.rows {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", r.what, r.value, r.baseline, r.ratio, r.goal)
	}
	return w.Flush()
}

func (b *bench) add(what, value, baseline string, ratio float64, goal string) {
	b.rows = append(b.rows, row{what, value, baseline, fmt.Sprintf("%.2f", ratio), goal})
}
