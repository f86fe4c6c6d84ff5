// Command broadsheet is a newsroom in one program: it takes in the wires, gives
// the desk a place to write, publishes the page and hosts the discussion
// under it. Run it with --help.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	// The first signal asks the program to finish; after it the second one
	// has its ordinary effect and ends the program at once.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	p := &program{ctx: ctx, in: os.Stdin, out: os.Stdout, err: os.Stderr, env: os.Environ()}
	if err := p.run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "broadsheet:", err)
		os.Exit(status(err))
	}
}
