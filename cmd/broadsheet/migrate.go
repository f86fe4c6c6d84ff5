package main

import (
	"errors"
	"fmt"

	"broadsheet/internal/app"
)

type migrateCmd struct{}

// Help implements kong.HelpProvider.
func (migrateCmd) Help() string {
	return `"broadsheet serve" does this by itself when it starts. Use this where the database is upgraded in a step of its own. Stop the newsroom first.`
}

// Run runs the command.
func (migrateCmd) Run(p *program) (err error) {
	c, err := p.config(nil)
	if err != nil {
		return err
	}
	ran, err := app.Migrate(p.ctx, c)
	for _, name := range ran {
		fmt.Fprintln(p.out, "ran", name)
	}
	if err == nil && len(ran) == 0 {
		fmt.Fprintln(p.out, "The database is up to date.")
	}
	return errors.Join(err)
}
