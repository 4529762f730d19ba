"""The command line: check, rule, server, version, and the formats that findings are printed in."""
