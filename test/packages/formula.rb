# As much of Homebrew as the formula needs, to see what it does without Homebrew:
#
#     ruby formula.rb <formula> <macos|linux> <arm|intel>
#
# prints as JSON what a machine gets. With a folder as fourth argument, in which the archive is unpacked, it installs from
# there into the folder `keg` beside it, and runs the formula's test. A word that Homebrew does not have ends it.
require "fileutils"
require "json"
require "open3"
require "pathname"

SYSTEM, MACHINE = ARGV.values_at(1, 2)

class Livecheck
  def initialize = @facts = {}
  attr_reader :facts

  def url(value) = @facts[:url] = value
  def strategy(value) = @facts[:strategy] = value
end

class Keg < Pathname
  def install(name)
    mkpath
    FileUtils.mv(name, self)
  end

  def install_symlink(names)
    names.each { |from, to| (self/to).make_symlink(from) }
  end
end

class Formula
  class << self
    attr_reader :formula

    def inherited(formula)
      super
      @formula = formula
    end

    def facts = @facts ||= {}

    [:desc, :homepage, :url, :sha256, :version, :license].each do |name|
      define_method(name) do |value|
        raise "#{name} is said twice" if facts.key?(name)

        facts[name] = value
      end
    end

    def livecheck(&block) = facts[:livecheck] = Livecheck.new.tap { |livecheck| livecheck.instance_eval(&block) }.facts
    def on_macos = SYSTEM == "macos" && yield
    def on_linux = SYSTEM == "linux" && yield
    def on_arm = MACHINE == "arm" && yield
    def on_intel = MACHINE == "intel" && yield
    def test(&block) = define_method(:run_test, &block)
  end

  def initialize(keg) = @keg = keg
  def bin = Keg.new(@keg/"bin")
  def doc = Keg.new(@keg/"share/doc/dynamic-mcp")

  # Of its own accord Homebrew asks for these three shells.
  def generate_completions_from_executable(program, *words)
    files = { "bash" => "etc/bash_completion.d", "zsh" => "share/zsh/site-functions", "fish" => "share/fish/vendor_completions.d" }
    files.each do |shell, folder|
      (@keg/folder).mkpath
      script, status = Open3.capture2(program.to_s, *words, shell)
      raise "no completions for #{shell}" unless status.success?

      (@keg/folder/shell).write(script)
    end
  end

  def testpath = Pathname.pwd
  # Homebrew reads it off the URL of a release, where it can be only this.
  def version = self.class.facts[:version] || self.class.facts[:url][%r{/releases/download/v(\d+(?:\.\d+)+)/}, 1]
  def shell_output(command) = pipe_output(command, "", 0)

  def pipe_output(command, input, wanted)
    output, status = Open3.capture2(command, stdin_data: input)
    raise "#{command} ended with #{status.exitstatus}" if status.exitstatus != wanted

    output
  end

  def assert_match(wanted, found) = found.include?(wanted) || raise("no #{wanted} in #{found}")
  def assert_equal(wanted, found) = wanted == found || raise("not #{wanted}, but #{found}")
end

load ARGV[0]
if ARGV[3]
  formula = Formula.formula.new(Pathname(ARGV[3]).parent/"keg")
  Dir.chdir(ARGV[3]) { formula.install }
  FileUtils.mkdir_p("#{ARGV[3]}/../testpath")
  Dir.chdir("#{ARGV[3]}/../testpath") { formula.run_test }
end
puts JSON.generate(Formula.formula.facts)
