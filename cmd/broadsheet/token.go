package main

import (
	"fmt"
	"text/tabwriter"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/app"
	"broadsheet/internal/id"
)

type tokenCmd struct {
	Add    tokenAddCmd    `cmd:"" help:"Make a token and print its secret, once."`
	List   tokenListCmd   `cmd:"" help:"List the tokens."`
	Revoke tokenRevokeCmd `cmd:"" help:"End the use of a token."`
}

type tokenAddCmd struct {
	Label string `arg:"" help:"Who will use it, such as the agency's name."`
}

// Help implements kong.HelpProvider.
func (tokenAddCmd) Help() string {
	return `The secret is printed once and kept nowhere; it is the only thing on standard output.

Example:
  TOKEN=$(broadsheet token add "Meridian News Agency")
  curl -H "Authorization: Bearer $TOKEN" --data-binary @item.xml http://127.0.0.1:8080/api/v1/wire/items`
}

// Run runs the command.
func (c *tokenAddCmd) Run(p *program) error {
	return p.withNewsroom(func(n *app.Newsroom) error {
		t, secret, err := n.Accounts.NewToken(p.ctx, account.System(), c.Label)
		if err != nil {
			return err
		}
		fmt.Fprintf(p.err, "Token %s for %s. Keep the secret; it cannot be shown again.\n", t.ID, t.Label)
		fmt.Fprintln(p.out, secret)
		return nil
	})
}

type tokenListCmd struct{}

// Run runs the command.
func (tokenListCmd) Run(p *program) error {
	return p.withNewsroom(func(n *app.Newsroom) error {
		tokens, err := n.Accounts.Tokens(p.ctx, account.System())
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "ID\tLABEL\tSTATE\tMADE\tLAST USED")
		for _, t := range tokens {
			state := "live"
			if t.Revoked {
				state = "revoked"
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", t.ID, t.Label, state, t.Created.Format(time.DateOnly), used(t.Used))
		}
		return w.Flush()
	})
}

func used(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.Format(time.DateOnly)
}

type tokenRevokeCmd struct {
	ID string `arg:"" help:"ID of the token, as \"broadsheet token list\" shows it."`
}

// Run runs the command.
func (c *tokenRevokeCmd) Run(p *program) error {
	return p.withNewsroom(func(n *app.Newsroom) error {
		token, err := id.Parse(c.ID)
		if err != nil {
			return fmt.Errorf("%q is not the ID of a token; \"broadsheet token list\" shows them", c.ID)
		}
		if err := n.Accounts.RevokeToken(p.ctx, account.System(), token); err != nil {
			return err
		}
		fmt.Fprintf(p.out, "Token %s is revoked.\n", token)
		return nil
	})
}
