# R: read.csv, readr and data.table, each as text or with its defaults, and written back by each.
suppressPackageStartupMessages(library(jsonlite))
arguments <- commandArgs(trailingOnly = TRUE)
way <- strsplit(arguments[1], "-")[[1]]
text <- identical(way[2], "text")

ways <- list(
  base = list(
    read = function(path) {
      if (text) read.csv(path, colClasses = "character", na.strings = "", encoding = "UTF-8", check.names = FALSE) else read.csv(path)
    },
    write = function(data, path) write.csv(data, path, row.names = FALSE, na = if (text) "" else "NA", fileEncoding = "UTF-8")
  ),
  readr = list(
    read = function(path) {
      types <- if (text) readr::cols(.default = "c") else NULL
      options <- if (text) list(na = "", trim_ws = FALSE) else list()
      as.data.frame(do.call(readr::read_csv, c(list(path, col_types = types, progress = FALSE, show_col_types = FALSE), options)))
    },
    write = function(data, path) if (text) readr::write_csv(data, path, na = "") else readr::write_csv(data, path)
  ),
  fread = list(
    read = function(path) {
      options <- if (text) list(colClasses = "character", na.strings = "", strip.white = FALSE) else list()
      as.data.frame(do.call(data.table::fread, c(list(path, encoding = "UTF-8"), options)))
    },
    write = function(data, path) data.table::fwrite(data, path)
  )
)
version <- if (way[1] == "base") as.character(getRversion()) else as.character(packageVersion(c(readr = "readr", fread = "data.table")[[way[1]]]))

# A value as CSV spells it; numbers and truth values stay what they are where columns have types.
spelled <- function(value) {
  if (is.list(value)) return(as.character(toJSON(unlist(value))))
  if (is.character(value) || !text) return(value)
  if (is.logical(value)) tolower(as.character(value)) else as.character(value)
}

edited <- function(data, edits) {
  for (change in edits$change) data[data$id == change[[1]], change[[2]]] <- spelled(change[[3]])
  data <- data[!(data[[edits$sort]] %in% unlist(edits$drop)), , drop = FALSE]
  for (row in edits$add) {
    added <- data[NA_integer_, , drop = FALSE][1, , drop = FALSE]
    for (name in names(row)) added[[name]] <- spelled(row[[name]])
    data <- rbind(data, added)
  }
  for (column in edits$empty) data[[column]] <- NA
  data[order(data[[edits$sort]], decreasing = TRUE), , drop = FALSE]
}

for (folder in arguments[-1]) {
  told <- tryCatch({
    beside <- file.path(dirname(folder), "edits.json")
    edits <- if (file.exists(beside)) fromJSON(beside, simplifyVector = FALSE) else list()
    for (resource in fromJSON(file.path(folder, "datapackage.json"), simplifyVector = FALSE)$resources) {
      path <- file.path(folder, resource$path)
      data <- ways[[way[1]]]$read(path)
      if (length(edits)) data <- edited(data, edits[[resource$name]])
      ways[[way[1]]]$write(data, path)
    }
    list(version = unbox(version), faults = list(), tables = NULL)
  }, error = function(error) list(version = unbox(version), error = unbox(conditionMessage(error))))
  cat(toJSON(told, null = "null", force = TRUE, auto_unbox = TRUE), "\n", sep = "")
}
