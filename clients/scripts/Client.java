// Apache Commons CSV: rows as text, an empty cell as null.

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

public class Client {
    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        String version = CSVFormat.class.getPackage().getImplementationVersion();
        for (int at = 1; at < arguments.length; at++) {
            Map<String, Object> told = new LinkedHashMap<>();
            told.put("version", version);
            try {
                told.put("tables", read(Path.of(arguments[at])));
                told.put("faults", List.of());
            } catch (Exception error) {
                told.put("error", error.toString());
            }
            out.println(json(told));
        }
    }

    /** Every file that the descriptor names; without a JSON library in the JDK, its paths are looked for as they are written. */
    static Map<String, Object> read(Path folder) throws IOException {
        Map<String, Object> tables = new LinkedHashMap<>();
        Matcher paths = Pattern.compile("\"path\": \"(data/([a-z_]+)[.]csv)\"").matcher(Files.readString(folder.resolve("datapackage.json")));
        CSVFormat format = CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).setNullString("").build();
        while (paths.find()) {
            List<Object> rows = new ArrayList<>();
            List<String> header;
            try (CSVParser parser = CSVParser.parse(folder.resolve(paths.group(1)), StandardCharsets.UTF_8, format)) {
                header = parser.getHeaderNames();
                for (CSVRecord record : parser) {
                    List<Object> row = new ArrayList<>();
                    record.forEach(row::add);
                    rows.add(row);
                }
            }
            tables.put(paths.group(2), Map.of("columns", header, "rows", rows));
        }
        return tables;
    }

    static String json(Object value) {
        if (value == null) {
            return "null";
        }
        if (value instanceof Map<?, ?> map) {
            List<String> parts = new ArrayList<>();
            map.forEach((key, each) -> parts.add(json(key) + ":" + json(each)));
            return "{" + String.join(",", parts) + "}";
        }
        if (value instanceof List<?> list) {
            return "[" + String.join(",", list.stream().map(Client::json).toList()) + "]";
        }
        StringBuilder text = new StringBuilder("\"");
        for (char each : value.toString().toCharArray()) {
            text.append(each < 32 || each == '"' || each == '\\' ? String.format("\\u%04x", (int) each) : String.valueOf(each));
        }
        return text.append('"').toString();
    }
}
