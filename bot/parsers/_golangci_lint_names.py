"""The linters and formatters that golangci-lint knows: https://golangci-lint.run/docs/linters/."""

LINTERS = frozenset({
    "arangolint", "asasalint", "asciicheck", "bidichk", "bodyclose", "canonicalheader", "containedctx",
    "contextcheck", "copyloopvar", "cyclop", "deadcode", "decorder", "depguard", "dogsled", "dupl",
    "dupword", "durationcheck", "embeddedstructfieldcheck", "err113", "errcheck", "errchkjson", "errname",
    "errorlint", "execinquery", "exhaustive", "exhaustivestruct", "exhaustruct", "exportloopref",
    "exptostd", "fatcontext", "forbidigo", "forcetypeassert", "funcorder", "funlen", "gci", "ginkgolinter",
    "gocheckcompilerdirectives", "gochecknoglobals", "gochecknoinits", "gochecksumtype", "gocognit",
    "goconst", "gocritic", "gocyclo", "godoclint", "godot", "godox", "goerr113", "gofmt", "gofumpt",
    "goheader", "goimports", "golines", "golint", "gomnd", "gomoddirectives", "gomodguard",
    "goprintffuncname", "gosec", "gosimple", "gosmopolitan", "govet", "grouper", "iface", "ifshort",
    "importas", "inamedparam", "ineffassign", "interfacebloat", "interfacer", "intrange", "iotamixing",
    "ireturn", "lll", "loggercheck", "maintidx", "makezero", "maligned", "mirror", "misspell", "mnd",
    "musttag", "nakedret", "nestif", "nilerr", "nilnesserr", "nilnil", "nlreturn", "noctx", "noinlineerr",
    "nolintlint", "nonamedreturns", "nosnakecase", "nosprintfhostport", "paralleltest", "perfsprint",
    "prealloc", "predeclared", "promlinter", "protogetter", "reassign", "recvcheck", "revive",
    "rowserrcheck", "scopelint", "sloglint", "spancheck", "sqlclosecheck", "staticcheck", "structcheck",
    "stylecheck", "swaggo", "tagalign", "tagliatelle", "tenv", "testableexamples", "testifylint",
    "testpackage", "thelper", "tparallel", "typecheck", "unconvert", "unparam", "unqueryvet", "unused",
    "usestdlibvars", "usetesting", "varcheck", "varnamelen", "wastedassign", "whitespace", "wrapcheck",
    "wsl", "zerologlint",
})  # fmt: skip
