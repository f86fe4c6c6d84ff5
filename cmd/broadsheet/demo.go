package main

type demoCmd struct{}

// Run runs the command.
func (demoCmd) Run(p *program) error { return nil }
