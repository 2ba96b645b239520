//go:build tools

// Package tools pins Pulumi's language hosts for Node.js, Go and Java. They are in a module of their own, since they
// compile only against the libraries of their own time.
package tools

import (
	_ "github.com/pulumi/pulumi-java/pkg/cmd/pulumi-language-java"
	// keeps pkg/v3 at the required version through `go mod tidy`
	_ "github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	_ "github.com/pulumi/pulumi/sdk/go/pulumi-language-go/v3"
	_ "github.com/pulumi/pulumi/sdk/nodejs/cmd/pulumi-language-nodejs/v3"
)
