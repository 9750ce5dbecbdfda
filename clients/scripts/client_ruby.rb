# Ruby's csv library: rows as text, or with its converters.
require "csv"
require "json"

way, *packages = ARGV

def plain(value)
  case value
  when DateTime, Time then { datetime: value.strftime("%Y-%m-%dT%H:%M:%S") }
  when Date then { date: value.iso8601 }
  else value
  end
end

packages.each do |folder|
  told = { version: CSV::VERSION }
  begin
    told[:tables] = JSON.parse(File.read(File.join(folder, "datapackage.json")))["resources"].select { |each| each["path"] }.to_h do |resource|
      options = way == "defaults" ? { converters: :all } : {}
      found = CSV.read(File.join(folder, resource["path"]), headers: true, encoding: "UTF-8", **options)
      [resource["name"], { columns: found.headers, rows: found.map { |row| row.fields.map { |cell| plain(cell) } } }]
    end
    told[:faults] = []
  rescue StandardError => error
    told.delete(:tables)
    told[:error] = "#{error.class}: #{error.message}"[0, 300]
  end
  puts JSON.generate(told)
end
