package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"golang.org/x/term"

	"broadsheet/internal/account"
	"broadsheet/internal/app"
)

type userCmd struct {
	Add      userAddCmd      `cmd:"" help:"Add somebody."`
	List     userListCmd     `cmd:"" help:"List the people."`
	Password userPasswordCmd `cmd:"" help:"Give somebody a new password, and end their sessions."`
}

type userAddCmd struct {
	Email         string `arg:"" help:"E-mail address, with which they sign in."`
	Name          string `required:"" help:"Name, as readers see it."`
	Role          string `default:"reader" enum:"reader,reporter,moderator,editor,admin" help:"What they may do: ${enum}. Default: ${default}."`
	PasswordStdin bool   `help:"Read the password from the first line of standard input instead of asking for it."`
}

// Help implements kong.HelpProvider.
func (userAddCmd) Help() string {
	return `The password is asked for on the terminal. It needs no confirmation by mail. A running newsroom knows the person at once.

Examples:
  broadsheet user add ada@paper.example --name "Ada Vance" --role editor
  pass show paper/ada | broadsheet user add ada@paper.example --name "Ada Vance" --role editor --password-stdin`
}

// Run runs the command.
func (c *userAddCmd) Run(p *program) error {
	return p.withNewsroom(func(n *app.Newsroom) error {
		password, err := p.password(c.PasswordStdin)
		if err != nil {
			return err
		}
		a, err := n.Accounts.Add(p.ctx, account.System(), account.Person{
			Email: c.Email, Name: c.Name, Role: account.Role(c.Role), Password: password,
		})
		if err != nil {
			return err
		}
		fmt.Fprintf(p.out, "Added %s <%s> as %s.\n", a.Name, a.Email, a.Role)
		return nil
	})
}

type userListCmd struct {
	Words   string `arg:"" optional:"" help:"Only those whose name or address holds these words."`
	Readers bool   `help:"List readers instead of those who work for the paper."`
}

// fullList is how many people one answer of account.Service.List holds.
const fullList = 200

// Run runs the command.
func (c *userListCmd) Run(p *program) error {
	return p.withNewsroom(func(n *app.Newsroom) error {
		people, err := n.Accounts.List(p.ctx, account.System(), account.Filter{Words: c.Words, Readers: c.Readers})
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "NAME\tE-MAIL\tROLE\tCONFIRMED\tSINCE")
		for _, a := range people {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", a.Name, a.Email, a.Role, yes(a.Confirmed), a.Created.Format("2006-01-02"))
		}
		if len(people) == fullList {
			fmt.Fprintf(p.err, "These are the first %d. Add a part of a name or an address to see others.\n", fullList)
		}
		return w.Flush()
	})
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

type userPasswordCmd struct {
	Email         string `arg:"" help:"Their e-mail address."`
	PasswordStdin bool   `help:"Read the password from the first line of standard input instead of asking for it."`
}

// Run runs the command.
func (c *userPasswordCmd) Run(p *program) error {
	return p.withNewsroom(func(n *app.Newsroom) error {
		password, err := p.password(c.PasswordStdin)
		if err != nil {
			return err
		}
		if err := n.Accounts.SetPassword(p.ctx, account.System(), c.Email, password); err != nil {
			return err
		}
		fmt.Fprintf(p.out, "The password of %s is changed, and their sessions are ended.\n", c.Email)
		return nil
	})
}

// withNewsroom calls fn with the open newsroom.
func (p *program) withNewsroom(fn func(*app.Newsroom) error) (err error) {
	n, err := p.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, n.Close()) }()
	return fn(n)
}

const maxPasswordLine = 4096

// password asks for a password twice on the terminal, without showing it, or
// reads it from standard input.
func (p *program) password(stdin bool) (string, error) {
	fd := int(p.in.Fd())
	if stdin {
		line, err := bufio.NewReader(io.LimitReader(p.in, maxPasswordLine)).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", err
		}
		if line = strings.TrimRight(line, "\r\n"); line == "" {
			return "", errors.New("there is no password on standard input")
		}
		return line, nil
	}
	if !term.IsTerminal(fd) {
		return "", errors.New("there is no terminal to ask for the password on; give it with --password-stdin")
	}
	first, err := p.ask(fd, "Password: ")
	if err != nil {
		return "", err
	}
	second, err := p.ask(fd, "Once more: ")
	if err != nil {
		return "", err
	}
	if first != second {
		return "", errors.New("the two passwords differ; nothing was changed")
	}
	return first, nil
}

func (p *program) ask(fd int, prompt string) (string, error) {
	fmt.Fprint(p.err, prompt)
	answer, err := term.ReadPassword(fd)
	fmt.Fprintln(p.err)
	return string(answer), err
}
