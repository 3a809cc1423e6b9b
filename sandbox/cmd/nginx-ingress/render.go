package main

import (
	"bytes"
	_ "embed"
	"strings"
	"text/template"
)

//go:embed nginx.conf.tmpl
var configurationText string

var configurationTemplate = template.Must(template.New("nginx.conf").Funcs(template.FuncMap{
	"onOff": func(on bool) string {
		if on {
			return "on"
		}
		return "off"
	},
}).Parse(configurationText))

// configuration is all that nginx.conf says.
type configuration struct {
	Site        *site
	Version     string // tells one loaded configuration from the next
	HTTPPort    int
	HTTPSPort   int
	IPv6        bool
	HealthURI   string // empty: none
	StatusPort  int    // 0: none
	StatusAllow []string
}

func newConfiguration(o *options, made *site, version string, ipv6 bool) configuration {
	c := configuration{
		Site: made, Version: version, HTTPPort: o.httpPort, HTTPSPort: o.httpsPort,
		IPv6: ipv6 && !o.disableIPv6,
	}
	if o.healthStatus {
		c.HealthURI = o.healthURI
	}
	if o.nginxStatus {
		c.StatusPort = o.nginxStatusPort
		c.StatusAllow = strings.Split(o.nginxStatusAllow, ",")
	}
	return c
}

// render writes the configuration as nginx reads it.
func (c configuration) render() ([]byte, error) {
	var text bytes.Buffer
	err := configurationTemplate.Execute(&text, c)
	return text.Bytes(), err
}
