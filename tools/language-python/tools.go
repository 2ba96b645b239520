//go:build tools

// Package tools pins Pulumi's Python language host. It is a module of its own, since the host
// compiles only against the libraries of its own time.
package tools

import (
	// keeps pkg/v3 at the required version through `go mod tidy`
	_ "github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	_ "github.com/pulumi/pulumi/sdk/python/cmd/pulumi-language-python/v3"
)
