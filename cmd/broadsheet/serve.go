package main

import (
	"errors"
	"fmt"

	"broadsheet/internal/app"
)

type serveCmd struct{}

// Help implements kong.HelpProvider.
func (serveCmd) Help() string {
	return `Everything the newsroom knows is in one folder, ./data unless --data says otherwise. The first start prints a link that makes the first admin.

SIGTERM or Ctrl-C lets running requests and jobs finish; a second one ends the program at once.

Examples:
  broadsheet serve
  broadsheet serve --data /var/lib/broadsheet --listen :8080 --set site.url=https://paper.example
  BROADSHEET_DATABASE=postgres://paper:…@db/paper broadsheet serve`
}

// Run runs the command.
func (serveCmd) Run(p *program) (err error) {
	c, err := p.config(nil)
	if err != nil {
		return err
	}
	a, err := app.New(p.ctx, c, p.logger(c))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	link, err := a.FirstAdminLink(p.ctx)
	if err != nil {
		return err
	}
	if link != "" {
		fmt.Fprintf(p.out, "This newsroom has no admin yet. This link makes the first one; it works once, within a day:\n\n  %s\n\n", link)
	}
	return a.Run(p.ctx)
}
