//go:build tools

// Package tools pins Pulumi's language hosts for YAML and .NET.
package tools

import (
	_ "github.com/pulumi/pulumi-dotnet/pulumi-language-dotnet/v3"
	_ "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"
	// keeps pkg/v3 at the required version through `go mod tidy`
	_ "github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)
