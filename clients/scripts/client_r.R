# R: read.csv, readr and data.table, each with its defaults or with everything as text, as advised.
suppressPackageStartupMessages(library(jsonlite))
arguments <- commandArgs(trailingOnly = TRUE)
way <- strsplit(arguments[1], "-")[[1]]

ways <- list(
  base = function(path, text) {
    if (text) read.csv(path, colClasses = "character", na.strings = "", encoding = "UTF-8", check.names = FALSE) else read.csv(path)
  },
  readr = function(path, text) {
    types <- if (text) readr::cols(.default = "c") else NULL
    options <- if (text) list(na = "", trim_ws = FALSE) else list()
    as.data.frame(do.call(readr::read_csv, c(list(path, col_types = types, progress = FALSE, show_col_types = FALSE), options)))
  },
  fread = function(path, text) {
    options <- if (text) list(colClasses = "character", na.strings = "", strip.white = FALSE) else list()
    as.data.frame(do.call(data.table::fread, c(list(path, encoding = "UTF-8"), options)))
  }
)
version <- if (way[1] == "base") as.character(getRversion()) else as.character(packageVersion(c(readr = "readr", fread = "data.table")[[way[1]]]))

cell <- function(value) {
  if (length(value) == 0 || is.na(value)) return(NULL)
  if (inherits(value, "POSIXct")) return(list(datetime = unbox(format(value, "%Y-%m-%dT%H:%M:%S"))))
  if (inherits(value, "Date")) return(list(date = unbox(format(value))))
  if (inherits(value, "IDate")) return(list(date = unbox(format(value))))
  if (inherits(value, c("hms", "difftime"))) return(list(time = unbox(format(value))))
  if (inherits(value, "integer64")) return(unbox(as.numeric(value)))
  unbox(value)
}

table <- function(data) {
  rows <- lapply(seq_len(nrow(data)), function(at) lapply(data, function(column) cell(column[at])))
  list(columns = names(data), rows = lapply(rows, unname))
}

for (folder in arguments[-1]) {
  told <- tryCatch({
    descriptor <- fromJSON(file.path(folder, "datapackage.json"), simplifyVector = FALSE)
    faults <- character()
    tables <- list()
    for (resource in Filter(function(each) !is.null(each$path), descriptor$resources)) {
      data <- withCallingHandlers(
        ways[[way[1]]](file.path(folder, resource$path), identical(way[2], "text")),
        warning = function(warning) {
          faults <<- c(faults, conditionMessage(warning))
          invokeRestart("muffleWarning")
        }
      )
      tables[[resource$name]] <- table(data)
    }
    list(version = unbox(version), faults = as.list(faults), tables = tables)
  }, error = function(error) list(version = unbox(version), error = unbox(conditionMessage(error))))
  cat(toJSON(told, null = "null", na = "null", digits = NA, force = TRUE, auto_unbox = TRUE), "\n", sep = "")
}
