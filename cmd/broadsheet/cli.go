package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"github.com/alecthomas/kong"

	"broadsheet/internal/app"
	"broadsheet/internal/config"
	"broadsheet/internal/obs"
)

const description = `A newsroom in one program: wires in, a desk to write at, the page out, and the discussion under it.

    broadsheet demo              look at a newsroom full of invented news
    broadsheet serve             start your own
    broadsheet config --explain  see all that can be set
    broadsheet COMMAND --help    learn more, with examples`

// grammar is the command line. Each command is a file of its own.
type grammar struct {
	Config   string   `help:"Configuration file. Without it, broadsheet.toml in the working folder is read if there is one. [BROADSHEET_CONFIG]" placeholder:"FILE"`
	Data     *string  `help:"Folder of the newsroom's database and media; made when it does not exist. Default: ./data [BROADSHEET_DATA]" placeholder:"FOLDER"`
	Listen   *string  `help:"Address at which readers and the desk are served. Default: 127.0.0.1:8080 [BROADSHEET_LISTEN]" placeholder:"HOST:PORT"`
	Admin    *string  `help:"Address of metrics, health checks and profiles. Default: 127.0.0.1:8081 [BROADSHEET_ADMIN]" placeholder:"HOST:PORT"`
	Database *string  `help:"PostgreSQL to use instead of SQLite in the data folder. [BROADSHEET_DATABASE]" placeholder:"postgres://…"`
	Set      []string `help:"Give any other setting a value, as in --set site.name=Tribune. May be repeated." placeholder:"KEY=VALUE" sep:"none"`

	Serve   serveCmd   `cmd:"" help:"Run the newsroom."`
	Demo    demoCmd    `cmd:"" help:"Run a newsroom full of invented news, to look at."`
	Wire    wireCmd    `cmd:"" help:"Read, take in and give out agency files."`
	User    userCmd    `cmd:"" help:"Manage the people of the newsroom."`
	Token   tokenCmd   `cmd:"" help:"Manage the tokens with which agencies push to the wire."`
	Conf    configCmd  `cmd:"" name:"config" help:"Print the effective configuration and where each value came from."`
	Migrate migrateCmd `cmd:"" help:"Bring the database up to date and end."`
	Version versionCmd `cmd:"" help:"Print the version."`
}

// A program is what a command runs with.
type program struct {
	ctx context.Context //nolint:containedctx // lives as long as the program
	in  *os.File
	out io.Writer
	err io.Writer
	env []string

	flags grammar
}

// A usageError is a command line that cannot be understood.
type usageError struct{ error }

// status is 2 for a command line that cannot be understood, as usual, and 1 for
// everything else that goes wrong.
func status(err error) int {
	if _, ok := errors.AsType[usageError](err); ok {
		return 2
	}
	return 1
}

// helped is what kong's exit after --help becomes.
type helped struct{}

func (p *program) run(args []string) (err error) {
	defer func() {
		if stop := recover(); stop != nil {
			if _, ok := stop.(helped); !ok {
				panic(stop)
			}
			err = nil
		}
	}()
	parser, err := kong.New(&p.flags,
		kong.Name("broadsheet"),
		kong.Description(description),
		kong.Writers(p.out, p.err),
		kong.Exit(func(int) { panic(helped{}) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: false}),
		kong.Bind(p),
	)
	if err != nil {
		return err
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	command, err := parser.Parse(args)
	if err != nil {
		return usageError{fmt.Errorf("%w\nTry: broadsheet %s", err, strings.TrimSpace(commandIn(err)+" --help"))}
	}
	return command.Run(p)
}

// commandIn returns the command that the user had reached when err occurred.
func commandIn(err error) string {
	parse, ok := errors.AsType[*kong.ParseError](err)
	if !ok || parse.Context == nil {
		return ""
	}
	var names []string
	for _, step := range parse.Context.Path {
		if step.Command != nil {
			names = append(names, step.Command.Name)
		}
	}
	return strings.Join(names, " ")
}

// config reads the configuration from the file, the environment and the flags.
// Defaults are what a command wants instead of the program's own.
func (p *program) config(defaults map[string]string) (*config.Config, error) {
	flags := map[string]string{}
	for key, value := range map[string]*string{
		"data": p.flags.Data, "listen": p.flags.Listen, "admin": p.flags.Admin, "database": p.flags.Database,
	} {
		if value != nil {
			flags[key] = *value
		}
	}
	for _, pair := range p.flags.Set {
		key, value, ok := strings.Cut(pair, "=")
		if !ok {
			return nil, usageError{fmt.Errorf("--set wants KEY=VALUE, not %q", pair)}
		}
		flags[strings.TrimSpace(key)] = value
	}
	return config.Load(config.Sources{File: p.flags.Config, Env: p.env, Flags: flags, Defaults: defaults})
}

func (p *program) logger(c *config.Config) *slog.Logger {
	return obs.NewLogger(p.err, c.Log.Level, c.Log.Format)
}

// open opens the newsroom for a command that does one thing and ends. Only
// warnings are logged: the command's own words are what its user wants.
func (p *program) open() (*app.Newsroom, error) {
	c, err := p.config(nil)
	if err != nil {
		return nil, err
	}
	return app.Open(p.ctx, c, obs.NewLogger(p.err, "warn", c.Log.Format))
}
