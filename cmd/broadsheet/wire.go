package main

type wireCmd struct{}
