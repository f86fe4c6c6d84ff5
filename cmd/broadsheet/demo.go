package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"text/tabwriter"

	"broadsheet/internal/app"
	"broadsheet/internal/demo"
)

type demoCmd struct {
	Still bool `help:"Do not let the wire and the readers move by themselves."`
}

// Help implements kong.HelpProvider.
func (demoCmd) Help() string {
	return `Everything in it is invented, and everything works: sign in as any of the people that are printed, take a story from the wire, publish it, discuss it. Mail lands on a page at the admin address.

Without --data the newsroom is in a temporary folder that is removed at the end. With --data it stays, and the next demo goes on with it.

Examples:
  broadsheet demo
  broadsheet demo --listen 127.0.0.1:9000 --admin 127.0.0.1:9001
  broadsheet demo --data ./data-demo`
}

// Run runs the command.
func (c *demoCmd) Run(p *program) (err error) {
	folder, err := os.MkdirTemp("", "broadsheet-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	cfg, err := p.config(map[string]string{"data": folder})
	if err != nil {
		return err
	}
	a, err := app.New(p.ctx, cfg, p.logger(cfg))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()

	link, err := a.FirstAdminLink(p.ctx)
	if err != nil {
		return err
	}
	if link != "" { // nobody has been here
		if err := demo.Fill(p.ctx, rooms(a)); err != nil {
			return err
		}
	}
	if err := p.welcome(a, cfg.Data == folder); err != nil {
		return err
	}
	return c.serve(p.ctx, a)
}

// serve runs the newsroom and whoever makes it move.
func (c *demoCmd) serve(ctx context.Context, a *app.App) error {
	var wg sync.WaitGroup
	defer wg.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if !c.Still {
		wg.Go(func() {
			if err := demo.Live(ctx, rooms(a)); err != nil && ctx.Err() == nil {
				a.Log.ErrorContext(ctx, "the demo stands still", "err", err)
			}
		})
	}
	return a.Run(ctx)
}

func rooms(a *app.App) demo.Rooms {
	return demo.Rooms{
		Accounts: a.Accounts, Media: a.Media, Wire: a.Wire, Sources: a.Sources, Stories: a.Stories, Discussion: a.Discussion,
		Folder: a.Config.Data, Zone: a.Config.Location(), Log: a.Log,
	}
}

func (p *program) welcome(a *app.App, temporary bool) error {
	w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "\nThe newsroom is open. Everything in it is invented.\n\n")
	fmt.Fprintf(w, "  The paper\t%s/\n", a.Config.Site.URL)
	fmt.Fprintf(w, "  The desk\t%s/desk\n", a.Config.Site.URL)
	fmt.Fprintf(w, "  Mail, metrics\thttp://%s/\n", a.AdminAddr())
	fmt.Fprintf(w, "  Agency files\t%s, whatever is put there\n\n", demo.DropFolder(a.Config.Data))
	fmt.Fprintf(w, "Sign in as any of these; the password is %s\n\n", demo.Password)
	for _, s := range demo.SignIns() {
		fmt.Fprintf(w, "  %s\t%s\t%s\n", s.Role, s.Email, s.Name)
	}
	fmt.Fprintf(w, "\nCtrl-C ends it.")
	if temporary {
		fmt.Fprintf(w, " Nothing is kept; use --data FOLDER to keep it.")
	}
	fmt.Fprintf(w, "\n\n")
	return w.Flush()
}
