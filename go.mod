module harmonizer

go 1.26
